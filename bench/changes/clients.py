"""Clients that ask at a steady pace and forgive nothing: HTTP/1.1, HTTP/2 and WebSockets, no request tried twice."""

import asyncio
import collections
import os
import ssl
import time

import hpack

PATIENCE = 20
PORT = 443


class Tally:
    """What the clients of one kind have seen."""

    def __init__(self) -> None:
        self.answered = 0
        self.failures: collections.Counter[str] = collections.Counter()
        self.seconds: list[float] = []

    def answer(self, status: int, begun: float) -> None:
        if status == 200:
            self.answered += 1
            self.seconds.append(time.monotonic() - begun)
        else:
            self.failures[f"answered {status}"] += 1


def context_for(ca: str, protocol: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca)
    context.set_alpn_protocols([protocol])
    return context


async def connect(context: ssl.SSLContext, host: str):
    return await asyncio.wait_for(
        asyncio.open_connection("127.0.0.1", PORT, ssl=context, server_hostname=host, limit=1 << 20), PATIENCE)


class Pace:
    """Slots at even distances, until told to end."""

    def __init__(self, per_second: float, over: asyncio.Event) -> None:
        self._distance = 1 / per_second
        self._over = over

    async def slots(self):
        slot = time.monotonic() + self._distance * (int.from_bytes(os.urandom(2)) / 65536)
        while not self._over.is_set():
            await asyncio.sleep(max(0.0, slot - time.monotonic()))
            yield
            slot = max(slot + self._distance, time.monotonic() - 1)


async def http1(host: str, context: ssl.SSLContext, pace: Pace, tally: Tally) -> None:
    """One connection at a time, kept as long as the server keeps it."""
    request = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    reader = writer = None
    async for _ in pace.slots():
        begun = time.monotonic()
        at = "connecting"
        try:
            if writer is None or reader.at_eof():
                reader, writer = await connect(context, host)
            at = "asking"
            writer.write(request)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            at = "reading"
            fields = head.lower()
            length = int(fields.split(b"content-length:")[1].split(b"\r\n")[0])
            await asyncio.wait_for(reader.readexactly(length), PATIENCE)
            tally.answer(int(head.split()[1]), begun)
            if b"\r\nconnection: close\r\n" in fields:
                writer.close()
                writer = None
        except (OSError, EOFError, IndexError, asyncio.TimeoutError, ssl.SSLError) as error:
            tally.failures[f"{at}: {type(error).__name__}"] += 1
            if writer is not None:
                writer.close()
            writer = None
    if writer is not None:
        writer.close()


class Http2Connection:
    """Streams that are under way. Opens none once the server has said GOAWAY, which it may say as a notice first."""

    PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0"

    def __init__(self, reader, writer, host: str, tally: Tally) -> None:
        self._reader, self._writer, self._tally = reader, writer, tally
        self._decoder = hpack.Decoder()
        self._block = b"\x82\x84\x87\x01" + bytes([len(host)]) + host.encode()  # GET, /, https, authority
        self._next = 1
        self._under_way: dict[int, float] = {}
        self._statuses: dict[int, int] = {}
        self._eaten = 0
        self.leaving = False
        writer.write(self.PREFACE)
        self.task = asyncio.create_task(self._read())

    @property
    def usable(self) -> bool:
        return not self.leaving and not self.task.done()

    @property
    def unanswered(self) -> int:
        return len(self._under_way)

    def ask(self, begun: float) -> None:
        stream, self._next = self._next, self._next + 2
        self._under_way[stream] = begun
        self._send(1, 0x5, stream, self._block)  # HEADERS: END_STREAM, END_HEADERS

    def _send(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        self._writer.write(len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload)

    async def _read(self) -> None:
        why = "connection closed"
        try:
            while not (self.leaving and not self._under_way):
                head = await self._reader.readexactly(9)
                payload = await self._reader.readexactly(int.from_bytes(head[:3]))
                self._on_frame(head[3], head[4], int.from_bytes(head[5:]), payload)
        except (OSError, EOFError, ssl.SSLError) as error:
            why = type(error).__name__
        for _ in self._under_way:
            self._tally.failures[f"under way: {why}"] += 1
        self._under_way.clear()
        self._writer.close()

    def _on_frame(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if kind == 0:
            self._eaten += len(payload)
            if self._eaten > 16384:
                self._send(8, 0, 0, self._eaten.to_bytes(4))
                self._eaten = 0
        elif kind == 1:
            fields = dict(self._decoder.decode(payload))
            self._statuses.setdefault(stream, int(fields.get(":status", 0)))
        elif kind == 3 and self._under_way.pop(stream, None) is not None:
            self._tally.failures[f"stream reset: {int.from_bytes(payload)}"] += 1
        elif kind in (4, 6) and not flags & 1:  # SETTINGS, PING
            self._send(kind, 1, 0, payload if kind == 6 else b"")
        elif kind == 7:
            self.leaving = True
            last = int.from_bytes(payload[:4])
            for late in [known for known in self._under_way if known > last]:
                self._under_way.pop(late)
                self._tally.failures["declined by GOAWAY"] += 1
        if kind in (0, 1) and flags & 1 and stream in self._under_way:
            self._tally.answer(self._statuses.pop(stream, 0), self._under_way.pop(stream))


async def http2(host: str, context: ssl.SSLContext, pace: Pace, tally: Tally) -> None:
    connection = None
    waiting = []
    async for _ in pace.slots():
        begun = time.monotonic()
        try:
            if connection is None or not connection.usable:
                if connection is not None:
                    waiting.append(connection)
                connection = Http2Connection(*await connect(context, host), host, tally)
            connection.ask(begun)
        except (OSError, EOFError, asyncio.TimeoutError, ssl.SSLError) as error:
            tally.failures[f"connecting: {type(error).__name__}"] += 1
            connection = None
    for last in [*waiting, connection]:
        if last is not None:
            last.leaving = True
            if last.unanswered:
                await asyncio.wait([last.task], timeout=PATIENCE)
            last.task.cancel()
            if last.unanswered:
                tally.failures["never answered"] += last.unanswered


class WebSockets:
    """Open ones that hear what they say, and when any of them were closed."""

    def __init__(self) -> None:
        self.opened = 0
        self.echoes = 0
        self.failures: collections.Counter[str] = collections.Counter()
        self.closed: list[tuple[float, float]] = []  # opened, closed; only by the other side

    async def run(self, host: str, context: ssl.SSLContext, pace: Pace) -> None:
        request = (f"GET /echo HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()
        reader = writer = None
        begun = 0.0
        async for _ in pace.slots():
            try:
                if writer is None:
                    reader, writer = await connect(context, host)
                    writer.write(request)
                    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
                    if b" 101 " not in head:
                        raise EOFError(head)
                    begun = time.monotonic()
                    self.opened += 1
                word = os.urandom(16)
                writer.write(word)
                heard = await asyncio.wait_for(reader.readexactly(16), PATIENCE)
                if heard != word:
                    self.failures["another word came back"] += 1
                self.echoes += 1
            except (OSError, EOFError, asyncio.TimeoutError, ssl.SSLError) as error:
                if begun:
                    self.closed.append((begun, time.monotonic()))
                else:
                    self.failures[f"opening: {type(error).__name__}"] += 1
                if writer is not None:
                    writer.close()
                writer, begun = None, 0.0
        if writer is not None:
            writer.close()
