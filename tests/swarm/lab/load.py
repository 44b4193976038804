"""Everything that clients do at once, from outside, to one service: keep-alive of HTTP/1.1 and HTTP/2, answers that take
their time, uploads, WebSockets."""

import asyncio
import contextlib
import statistics

from clients.http1 import get, http1, post
from clients.http2 import http2
from clients.pace import Pace
from clients.tally import Tally
from clients.target import Target, context_for
from clients.websocket import WebSockets
from edge import Edge

UPLOAD_BYTES = 2 << 20
# Of each kind: connections, and requests a second of each. 321 a second in all.
KINDS = {"http1": (20, 10), "http2": (5, 20), "slow": (8, 2), "upload": (2, 2)}
WEBSOCKETS = (10, 2)
SLOW = "/slow?ms=300"


class Load:
    def __init__(self, edge: Edge, host: str, part: float = 1) -> None:
        """part: of the usual pace."""
        self.tallies = {kind: Tally() for kind in KINDS}
        self.sockets = WebSockets()
        self._over = asyncio.Event()
        ca = str(edge.folder / "ca.pem")
        target = Target(host, context_for(ca, "http/1.1"), edge.node.address)
        target2 = Target(host, context_for(ca, "h2"), edge.node.address)
        self._clients = []
        for kind, (connections, rate) in KINDS.items():
            tally = self.tallies[kind]
            for _ in range(connections):
                pace = Pace(rate * part, self._over)
                if kind == "http2":
                    self._clients.append(http2(target2, pace, tally))
                else:
                    ask = {"slow": get(SLOW), "upload": post(UPLOAD_BYTES)}.get(kind, get())
                    self._clients.append(http1(target, pace, tally, ask))
        for _ in range(WEBSOCKETS[0]):
            self._clients.append(self.sockets.run(target, Pace(WEBSOCKETS[1], self._over)))

    @contextlib.asynccontextmanager
    async def during(self):
        """Ends with the last answer."""
        tasks = [asyncio.create_task(client) for client in self._clients]
        try:
            yield self
        finally:
            self._over.set()
            await asyncio.gather(*tasks)

    @property
    def answered(self) -> int:
        return sum(tally.answered for tally in self.tallies.values())

    def last_new_request(self, backend: str) -> float:
        """When it was asked last for what is answered at once; minus infinity if it never was."""
        return max(self.tallies[kind].last.get(backend, float("-inf")) for kind in ("http1", "http2"))

    def backends(self) -> set[str]:
        return set(self.tallies["http1"].last) | set(self.tallies["http2"].last)

    def slowest(self) -> str:
        """Of what is answered at once."""
        seconds = sorted(self.tallies["http1"].seconds + self.tallies["http2"].seconds)
        if not seconds:
            return "-"
        return (f"median {1000 * statistics.median(seconds):.1f}, 99 % {1000 * seconds[int(0.99 * len(seconds))]:.0f}, "
                f"all {1000 * seconds[-1]:.0f} ms")
