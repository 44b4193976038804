"""A service comes, grows, takes another name and goes: how soon outside knows."""

import time

from command import eventually
from probe import until
from scene import Scene
from stories.updates import served
from watch import Watch

SOON = 0.5  # seconds from the moment a task runs, or from the end of the command, to the first answer


async def appear(scene: Scene) -> None:
    service = scene.service("appear")
    watch = Watch(service)
    begun = time.monotonic()
    await service.create("--label", "portcullis.routes.also.host=also.lab.test", replicas=1)
    await watch.start()
    answered = await until(scene.edge, service.host, lambda answer: answer.status == 200, "the first answer")
    await eventually(lambda: watch.began, "the manager says that a task runs")  # outside may know it sooner than we
    first = set(watch.began)
    scene.report.note("appear", "created to first answer", f"{1000 * (answered - begun):.0f} ms")
    scene.in_time("appear", "running to first answer", answered - min(watch.began.values()), SOON)

    async with scene.load(service).during() as load:
        await service.update("--replicas", "2")
        another = await until(scene.edge, service.host,
                              lambda answer: answer.status == 200 and answer.backend not in first, "the second task's")
        scene.in_time("appear", "scaled: running to first answer", another - max(watch.began.values()), SOON)

        await service.update("--label-add", "portcullis.routes.also.host=other.lab.test")
        changed = time.monotonic()
        renamed = await until(scene.edge, "other.lab.test", lambda answer: answer.status == 200, "the new name")
        scene.in_time("appear", "label changed to first answer", renamed - changed, SOON)
        await until(scene.edge, "also.lab.test", lambda answer: answer.status != 200, "the old name is forgotten")
    scene.nothing_failed("appear", "scaled, and a label changed", load, watch)
    await watch.stop()

    async with served(scene, "beside", 1) as (_, beside, load):
        await service.remove()
        removed = time.monotonic()
        gone = await until(scene.edge, service.host, lambda answer: answer.status != 200, "nobody is there")
        scene.in_time("appear", "removed to refused", gone - removed, SOON)
    scene.nothing_failed("appear", "another service removed", load, beside)
