"""WebSockets that hear what they say. Of the protocol only its beginning: backends send everything back as it is."""

import asyncio
import collections
import os
import ssl
import time
from dataclasses import dataclass

from clients.http1 import field
from clients.pace import Pace
from clients.target import PATIENCE, Target


@dataclass
class Closed:
    """By the other side."""

    opened: float
    closed: float  # both by the monotonic clock
    backend: str


class WebSockets:
    def __init__(self) -> None:
        self.opened = 0
        self.by: collections.Counter[str] = collections.Counter()  # those opened, by the backend's name
        self.echoes = 0
        self.failures: collections.Counter[str] = collections.Counter()
        self.closed: list[Closed] = []

    async def run(self, target: Target, pace: Pace) -> None:
        request = (f"GET /echo HTTP/1.1\r\nHost: {target.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()
        reader = writer = None
        begun = 0.0
        backend = ""
        async for _ in pace.slots():
            try:
                if writer is None:
                    reader, writer = await target.connect()
                    writer.write(request)
                    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
                    if b" 101 " not in head:
                        raise EOFError(head)
                    begun, backend = time.monotonic(), field(head, "backend")
                    self.opened += 1
                    self.by[backend] += 1
                word = os.urandom(16)
                writer.write(word)
                heard = await asyncio.wait_for(reader.readexactly(16), PATIENCE)
                if heard != word:
                    self.failures["another word came back"] += 1
                self.echoes += 1
            except (OSError, EOFError, asyncio.TimeoutError, ssl.SSLError) as error:
                if begun:
                    self.closed.append(Closed(begun, time.monotonic(), backend))
                else:
                    self.failures[f"opening: {type(error).__name__}"] += 1
                if writer is not None:
                    writer.close()
                writer, begun = None, 0.0
        if writer is not None:
            writer.close()
