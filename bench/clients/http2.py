"""Clients of HTTP/2 that ask at a steady pace and forgive nothing: no request is tried twice."""

import asyncio
import ssl
import time

import hpack

from clients.pace import Pace
from clients.tally import Tally
from clients.target import PATIENCE, Target

STREAMS_MAX = 100  # at once on one connection, which is what servers commonly allow; then another one is opened


class Http2Connection:
    """Streams that are under way. Opens none once the server has said GOAWAY, which it may say as a notice first."""

    PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0"

    def __init__(self, reader, writer, host: str, tally: Tally) -> None:
        self._reader, self._writer, self._tally = reader, writer, tally
        self._decoder = hpack.Decoder()
        self._block = b"\x82\x84\x87\x01" + bytes([len(host)]) + host.encode()  # GET, /, https, authority
        self._next = 1
        self._under_way: dict[int, float] = {}
        self._answers: dict[int, tuple[int, str, str]] = {}  # status, and what the backend says of itself
        self._eaten = 0
        self.leaving = False
        writer.write(self.PREFACE)
        self.task = asyncio.create_task(self._read())

    @property
    def usable(self) -> bool:
        return not self.leaving and not self.task.done() and len(self._under_way) < STREAMS_MAX

    @property
    def unanswered(self) -> list[float]:
        """When they were begun."""
        return list(self._under_way.values())

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
        for begun in self._under_way.values():
            self._tally.fail(f"under way: {why}", begun)
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
            self._answers.setdefault(stream, (int(fields.get(":status", 0)), fields.get("backend", ""),
                                                 fields.get("came-at", "")))
        elif kind == 3 and stream in self._under_way:
            self._tally.fail(f"stream reset: {int.from_bytes(payload)}", self._under_way.pop(stream))
        elif kind in (4, 6) and not flags & 1:  # SETTINGS, PING
            self._send(kind, 1, 0, payload if kind == 6 else b"")
        elif kind == 7:
            self.leaving = True
            last = int.from_bytes(payload[:4])
            for late in [known for known in self._under_way if known > last]:
                self._tally.fail("declined by GOAWAY", self._under_way.pop(late))
        if kind in (0, 1) and flags & 1 and stream in self._under_way:
            status, backend, came = self._answers.pop(stream, (0, "", ""))
            self._tally.answer(status, self._under_way.pop(stream), backend, came)


async def http2(target: Target, pace: Pace, tally: Tally) -> None:
    connection = None
    waiting = []
    async for _ in pace.slots():
        begun = time.monotonic()
        try:
            if connection is None or not connection.usable:
                if connection is not None:
                    waiting.append(connection)
                connection = Http2Connection(*await target.connect(), target.host, tally)
            connection.ask(begun)
        except (OSError, EOFError, asyncio.TimeoutError, ssl.SSLError) as error:
            tally.fail(f"connecting: {type(error).__name__}", begun)
            connection = None
    for last in [*waiting, connection]:
        if last is not None:
            last.leaving = True
            if last.unanswered:
                await asyncio.wait([last.task], timeout=PATIENCE)
            last.task.cancel()
            for begun in last.unanswered:
                tally.fail("never answered", begun)
