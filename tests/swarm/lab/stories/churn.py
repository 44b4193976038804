"""Tasks come and go on a network so small that an address is another service's within seconds. Every backend says whose it
is: an answer by another service's is what must never be."""

import asyncio
import collections
import contextlib
import itertools
import signal

from certificate import DOMAIN
from command import Failed, eventually
from load import Load
from probe import ask
from scene import Scene
from service import Service, runs
from stories.troubles import node_of, ready
from stories.updates import NO_CHECK, START_FIRST
from swarm import HOLDER, NETWORK
from watch import Watch

NARROW = "narrow"
SUBNET = "10.11.0.0/28"  # room for eleven tasks on a node
SAYS_WHOSE = ["--hostname", "{{.Service.Name}}--{{.Task.ID}}"]
AT_ONCE = ["--restart-delay", "100ms", "--stop-grace-period", "1s", *NO_CHECK]
PART = 0.06  # of the usual load, for each service
STEADY = "churn-steady"
ANSWERS = 50_000  # in the whole lab
HISTORY = (5, 2, 1)  # docker swarm update --task-history-limit

Impatient = (Failed, OSError, asyncio.TimeoutError, StopIteration)


class Churn:
    """Services that are killed, scaled, crash, come and go; and one that is only updated, where nothing may fail."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._node = scene.swarm.nodes[-1]  # a manager that is asked while the first one cannot be
        self.killed, self.scaled, self.crashing, self.passing, self.steady = (
            Service(self._node, name, f"{name}.{DOMAIN}", NARROW)
            for name in ("churn-killed", "churn-scaled", "churn-crashing", "churn-passing", STEADY))
        self.all = [self.killed, self.scaled, self.crashing, self.passing, self.steady]
        self.changes: collections.Counter[str] = collections.Counter()

    async def up(self) -> None:
        await self.killed.create(*AT_ONCE, *SAYS_WHOSE, replicas=2)
        await self.scaled.create(*AT_ONCE, *SAYS_WHOSE, replicas=1)
        await self.crashing.create(*AT_ONCE, *SAYS_WHOSE, "--env", "LIFE_MS=2500", replicas=1)
        await self.steady.create(*START_FIRST, *SAYS_WHOSE, replicas=2)
        for service in (self.killed, self.scaled, self.steady):
            await eventually(lambda service=service: self._answers(service), f"{service.name} answers outside", 60)

    async def _answers(self, service: Service) -> bool:
        return (await ask(self._scene.edge, service.host)).status == 200

    async def down(self) -> None:
        for service in self.all:
            with contextlib.suppress(Failed):
                await service.remove()

    @contextlib.asynccontextmanager
    async def going_on(self):
        tasks = [asyncio.create_task(self._again(change))
                 for change in (self._kill, self._scale, self._pass, self._force)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(Failed):
                await self.passing.remove()

    async def _again(self, change) -> None:
        """Managers may be away: then the change is made when they are back."""
        for number in itertools.count():
            with contextlib.suppress(*Impatient):
                await change(number)
                self.changes[change.__name__.strip("_")] += 1
            await asyncio.sleep(0.2)

    async def _kill(self, _number: int) -> None:
        victim = next(task for task in await self.killed.tasks() if runs(task))
        node = await node_of(self._scene, victim)
        await node.docker("kill", "--signal", "KILL", victim["Status"]["ContainerStatus"]["ContainerID"], timeout=5)

    async def _scale(self, number: int) -> None:
        await self.scaled.update("--replicas", str(2 - number % 2))
        await asyncio.sleep(2)

    async def _pass(self, _number: int) -> None:
        await self.passing.create(*AT_ONCE, *SAYS_WHOSE, replicas=1)
        try:
            await asyncio.sleep(4)
        finally:
            await self.passing.remove()

    async def _force(self, _number: int) -> None:
        before = set(await self.steady.running())
        await self.steady.update("--force")
        while before & set(await self.steady.settled(2)):
            await asyncio.sleep(0.1)


def foreign(service: Service, load: Load) -> int:
    """Answers and WebSockets that another service's container gave."""
    counted = [tally.by for tally in load.tallies.values()] + [load.sockets.by]
    return sum(times for by in counted for backend, times in by.items()
               if backend.partition("--")[0] != service.name)


async def churn(scene: Scene) -> None:
    manager, answered = scene.swarm.manager, 0
    await manager.docker("network", "create", "--driver", "overlay", "--attachable", "--subnet", SUBNET, NARROW)
    await manager.docker("network", "connect", NARROW, HOLDER)
    scene.edge.follow(NETWORK, NARROW)
    churn = Churn(scene)
    try:
        await churn.up()
        for limit in HISTORY:
            await manager.docker("swarm", "update", "--task-history-limit", str(limit))
            answered += await _phase(scene, churn, f"history limit {limit}", 12 if scene.smoke else 110, _nothing,
                                     judged=True)
        answered += await _phase(scene, churn, "discovery stopped", 12 if scene.smoke else 60, _discovery_stopped)
        answered += await _phase(scene, churn, "proxy started on an old snapshot", 12 if scene.smoke else 40,
                                 _old_snapshot)
        if len(scene.swarm.nodes) > 1:
            answered += await _phase(scene, churn, "dockerd stopped on the proxy's node", 40, _dockerd_stopped)
            answered += await _phase(scene, churn, "dockerd of a node killed, which rejoins", 60, _rejoin)
    finally:
        await churn.down()
        scene.edge.follow(NETWORK)
        await manager.docker("swarm", "update", "--task-history-limit", "2")
    if not scene.smoke:
        scene.report.expect("churn", "answers", answered >= ANSWERS, answered, f"at least {ANSWERS}")


async def _phase(scene: Scene, churn: Churn, what: str, seconds: float, trouble, judged: bool = False) -> int:
    """Returns how many answers there were. judged: nothing of the steady service may fail."""
    loads = {service: Load(scene.edge, service.host, PART) for service in churn.all}
    watch = Watch(churn.steady)
    await watch.start()
    churn.changes.clear()
    try:
        async with contextlib.AsyncExitStack() as clients:
            for load in loads.values():
                await clients.enter_async_context(load.during())
            async with churn.going_on():
                await trouble(scene, seconds)
    finally:
        await watch.stop()
    answered = sum(load.answered for load in loads.values())
    strangers = {service.name: foreign(service, load) for service, load in loads.items()}
    seen = f"{sum(strangers.values())} of {answered} answers" + "".join(
        f", {count} for {name}" for name, count in strangers.items() if count)
    scene.report.expect("churn", f"{what}: by another service's container", not any(strangers.values()) and answered > 0,
                        seen, "0")
    scene.report.note("churn", f"{what}: changes",
                      ", ".join(f"{name} {times}" for name, times in churn.changes.items()))
    if judged:
        for closed in loads[churn.steady].sockets.closed:  # which is looked for by the task's id
            closed.backend = closed.backend.partition("--")[2]
        scene.nothing_failed("churn", f"{what}, the steady service", loads[churn.steady], watch)
    return answered


async def _nothing(_scene: Scene, seconds: float) -> None:
    await asyncio.sleep(seconds)


async def _discovery_stopped(scene: Scene, seconds: float) -> None:
    scene.edge.signal_discovery(signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        scene.edge.signal_discovery(signal.SIGCONT)


async def _old_snapshot(scene: Scene, seconds: float) -> None:
    """As after a reboot: the proxy is there before discovery is."""
    scene.edge.signal_discovery(signal.SIGSTOP)
    try:
        await scene.edge.proxy.end()
        await asyncio.sleep(seconds / 2)
        await scene.edge.proxy.start()
        await asyncio.sleep(seconds / 2)
    finally:
        scene.edge.signal_discovery(signal.SIGCONT)


async def _dockerd_stopped(scene: Scene, seconds: float) -> None:
    """Neither discovery nor Docker's resolver has anything new to say there."""
    scene.edge.node.signal_dockerd(signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        scene.edge.node.signal_dockerd(signal.SIGCONT)
    await ready(scene)


async def _rejoin(scene: Scene, seconds: float) -> None:
    node = scene.swarm.nodes[1]
    node.signal_dockerd(signal.SIGKILL)
    await node.ready()
    await ready(scene)
    await asyncio.sleep(seconds)
