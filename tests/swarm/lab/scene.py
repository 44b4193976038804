"""What a story is told in: the swarm, what stands before it, and what was expected."""

import collections
import statistics
from dataclasses import dataclass

from certificate import DOMAIN
from command import eventually
from edge import Edge
from load import Load
from probe import ask
from report import Report
from service import Service
from swarm import Swarm
from watch import Watch

SOON = 1.0  # seconds from the moment a task is told to leave to the last new request that comes to it


@dataclass
class Scene:
    swarm: Swarm
    edge: Edge | None  # None: only the lab itself is looked at
    report: Report
    smoke: bool  # times are told, but nothing is expected of them: the machine is busy, the programs are slow
    updates: int

    def service(self, name: str) -> Service:
        return Service(self.swarm.manager, name, f"{name}.{DOMAIN}")

    def load(self, service: Service) -> Load:
        return Load(self.edge, service.host, 0.3 if self.smoke else 1)

    async def served(self, service: Service, replicas: int, version: str | None = None) -> None:
        """Returns when outside has heard from all of its tasks, and only runs those. Docker may replace one meanwhile."""
        heard: set[str] = set()

        async def all_of_them() -> bool:
            heard.add((await ask(self.edge, service.host)).backend)
            return set(await service.settled(replicas, version)) <= heard
        await service.settled(replicas, version)
        await eventually(all_of_them, f"{service.name}: {replicas} tasks answer outside", 30)

    def in_time(self, story: str, what: str, seconds: float, at_most: float) -> None:
        """at_most: seconds."""
        if self.smoke:
            self.report.note(story, what, f"{1000 * seconds:.0f} ms")
        else:
            self.report.expect(story, what, seconds <= at_most, f"{1000 * seconds:.0f} ms",
                               f"at most {1000 * at_most:.0f} ms")

    def left_soon(self, story: str, what: str, load: Load, watch: Watch) -> None:
        """How long tasks that are told to leave are asked on."""
        after = [load.last_new_request(task) - left for task, left in watch.left.items() if task in load.backends()]
        if after:
            self.in_time(story, f"{what}: last new request after leaving ({len(after)} tasks, median "
                         f"{1000 * statistics.median(after):.0f} ms)", max(after), SOON)
        else:
            self.report.expect(story, f"{what}: tasks that left", False, 0, "some")

    def nothing_failed(self, story: str, what: str, load: Load, watch: Watch,
                       excused=lambda kind, failure: False, allowed: str = "0") -> None:
        """excused: whether a failure of a kind may be; a WebSocket may be closed when its task has left."""
        failed = [f"{kind} {failure.what}" for kind, tally in load.tallies.items() for failure in tally.failed
                  if not excused(kind, failure)]
        failed += [f"websocket {failure}" for failure in load.sockets.failures.elements()]
        failed += ["websocket closed though its task stayed" for closed in load.sockets.closed
                   if closed.backend not in watch.left and not excused("websocket", closed)]
        seen = f"{len(failed)} of {load.answered}"
        if failed:
            seen += ": " + ", ".join(f"{count} {name}" for name, count in collections.Counter(failed).most_common(4))
        self.report.expect(story, f"{what}: failed", not failed and load.answered > 0, seen, allowed)
