"""Rolling updates of every kind, and everything else by which tasks are replaced, under load: nothing fails."""

import asyncio
import contextlib
from dataclasses import dataclass

import image
from load import Load
from scene import Scene
from service import Service
from watch import Watch

START_FIRST = ["--update-order", "start-first", "--update-monitor", "1s"]
STOP_FIRST = ["--update-order", "stop-first", "--update-monitor", "1s"]
NO_CHECK = ["--no-healthcheck"]
# In the smallest lab the machine may be so busy that a task is not replaced within the usual three seconds.
PATIENT = ["--label", "portcullis.parking.time=20s"]


@dataclass
class Case:
    what: str
    replicas: int
    options: list[str]
    change: str = "version"  # or scale, or force
    smoke: bool = False
    kept: bool = False  # the last task is kept in use until another one can take over


CASES = [
    Case("start-first x3", 3, START_FIRST, smoke=True),
    Case("start-first x3, lame for 2 s", 3, [*START_FIRST, "--env", "LAME_MS=2000"]),
    Case("start-first x3, lingers", 3, [*START_FIRST, "--env", "ON_TERM=linger", "--stop-grace-period", "3s"]),
    Case("start-first x3, no check", 3, [*START_FIRST, *NO_CHECK]),
    Case("stop-first x2", 2, STOP_FIRST),
    Case("stop-first x2, no check", 2, [*STOP_FIRST, *NO_CHECK]),
    Case("start-first x1", 1, START_FIRST),
    Case("stop-first x1", 1, STOP_FIRST, smoke=True, kept=True),
    Case("--force x3", 3, START_FIRST, change="force"),
    Case("scale 3, 1, 3", 3, START_FIRST, change="scale"),
]


async def updates(scene: Scene) -> None:
    cases = [case for case in CASES if case.smoke or not scene.smoke]
    for number, case in enumerate(cases):
        times = scene.updates // len(cases) + (number < scene.updates % len(cases))
        if times > 0:
            await _try(scene, case, times, f"updates-{number}")


async def _try(scene: Scene, case: Case, times: int, name: str) -> None:
    options = [*case.options, *(PATIENT if scene.smoke else [])]
    async with served(scene, name, case.replicas, *options) as (service, watch, load):
        for i in range(times):
            await _change(scene, case, service, str(2 - i % 2))
    scene.nothing_failed("updates", f"{case.what}, {times} times", load, watch)
    if case.kept:
        scene.report.note("updates", f"{case.what}: slowest answers", load.slowest())
    else:
        scene.left_soon("updates", case.what, load, watch)


@contextlib.asynccontextmanager
async def served(scene: Scene, name: str, replicas: int, *options: str):
    """A service under load, and what is seen of its tasks. Removed at the end, in which the load ends before."""
    service = scene.service(name)
    await service.create(*options, replicas=replicas)
    try:
        await scene.served(service, replicas)
        watch = Watch(service)
        await watch.start()
        try:
            load: Load = scene.load(service)
            async with load.during():
                await asyncio.sleep(1)
                yield service, watch, load
                await asyncio.sleep(1)
        finally:
            await watch.stop()
    finally:
        await service.remove()


async def _change(scene: Scene, case: Case, service: Service, version: str) -> None:
    if case.change == "scale":
        await service.update("--replicas", "1")
        await scene.served(service, 1)
        await service.update("--replicas", str(case.replicas))
        await scene.served(service, case.replicas)
    elif case.change == "force":
        before = set(await service.running())
        await service.update("--force")
        while before & set(await service.settled(case.replicas)):
            await asyncio.sleep(0.1)
        await scene.served(service, case.replicas)
    else:
        await service.update("--image", image.name(version))
        await scene.served(service, case.replicas, version)
