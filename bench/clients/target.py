"""Where clients connect to, and how long they wait."""

import asyncio
import ssl
from dataclasses import dataclass

PATIENCE = 20


@dataclass
class Target:
    host: str  # in SNI and Host
    context: ssl.SSLContext | None  # None: not by TLS
    address: str = "127.0.0.1"
    port: int = 443

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        name = {} if self.context is None else {"ssl": self.context, "server_hostname": self.host}
        return await asyncio.wait_for(
            asyncio.open_connection(self.address, self.port, limit=1 << 20, **name), PATIENCE)


def context_for(ca: str, protocol: str) -> ssl.SSLContext:
    """protocol: "http/1.1" or "h2"."""
    context = ssl.create_default_context(cafile=ca)
    context.set_alpn_protocols([protocol])
    return context
