"""Clients of HTTP/1.1 that ask at a steady pace and forgive nothing: no request is tried twice."""

import asyncio
import ssl
import time

from clients.pace import Pace
from clients.tally import Tally
from clients.target import PATIENCE, Target


def get(path: str = "/") -> tuple[str, bytes]:
    """A method with its target, and a body: what http1() asks."""
    return f"GET {path}", b""


def post(size: int) -> tuple[str, bytes]:
    return "POST /", bytes(size)


def field(head: bytes, name: str) -> str:
    """The value of a header field, or an empty word."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name.encode():
            return value.strip().decode()
    return ""


async def http1(target: Target, pace: Pace, tally: Tally, ask: tuple[str, bytes] = get()) -> None:
    """One connection at a time, kept as long as the server keeps it."""
    line, body = ask
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    request = f"{line} HTTP/1.1\r\nHost: {target.host}\r\n{length}\r\n".encode() + body
    reader = writer = None
    async for _ in pace.slots():
        begun = time.monotonic()
        at = "connecting"
        try:
            if writer is None or reader.at_eof():
                reader, writer = await target.connect()
            at = "asking"
            writer.write(request)
            await asyncio.wait_for(writer.drain(), PATIENCE)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            at = "reading"
            await asyncio.wait_for(reader.readexactly(int(field(head, "content-length"))), PATIENCE)
            tally.answer(int(head.split()[1]), begun, field(head, "backend"), field(head, "came-at"))
            if field(head, "connection").lower() == "close":
                writer.close()
                writer = None
        except (OSError, EOFError, ValueError, asyncio.TimeoutError, ssl.SSLError) as error:
            tally.fail(f"{at}: {type(error).__name__}", begun)
            if writer is not None:
                writer.close()
            writer = None
    if writer is not None:
        writer.close()
