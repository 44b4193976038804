"""One request by a connection of its own, and what it came to."""

import asyncio
import ssl
from dataclasses import dataclass, field

from clients.http1 import field as header
from clients.target import Target, context_for
from command import eventually
from edge import Edge


@dataclass
class Answer:
    status: int = 0  # 0: there was none
    backend: str = ""
    says: dict[str, str] = field(default_factory=dict)  # the lines of the body


async def ask(edge: Edge, host: str, address: str | None = None, port: int = 443) -> Answer:
    target = Target(host, context_for(str(edge.folder / "ca.pem"), "http/1.1"), address or edge.node.address, port)
    try:
        reader, writer = await target.connect()
        try:
            writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = await asyncio.wait_for(reader.read(-1), 10)
        finally:
            writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = [line.partition(" ") for line in body.decode(errors="replace").splitlines()]
        return Answer(int(head.split()[1]), header(head, "backend"), {key: value for key, _, value in lines})
    except (OSError, EOFError, IndexError, ValueError, asyncio.TimeoutError, ssl.SSLError):
        return Answer()


async def until(edge: Edge, host: str, good, what: str, port: int = 443) -> float:
    """When an answer was first as wanted, by the monotonic clock."""
    async def once() -> float | None:
        return asyncio.get_running_loop().time() if good(await ask(edge, host, port=port)) else None
    return await eventually(once, what, 30)
