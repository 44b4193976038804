"""The lab itself: every task is reached from every node, by way of the overlay."""

from scene import Scene
from service import PORT
from swarm import HOLDER


async def reach(scene: Scene) -> None:
    replicas = 2 * len(scene.swarm.nodes)
    service = scene.service("reach")
    await service.create(replicas=replicas)
    tasks = await service.settled(replicas)
    for node in scene.swarm.nodes:
        answers = [await node.inside_of(HOLDER, "curl", "--silent", "--show-error", "--max-time", "5",
                                        f"http://{address}:{PORT}/") for address in tasks.values()]
        told = {answer.split()[1] for answer in answers}
        scene.report.expect("reach", f"tasks that answer on {node.name}", told == set(tasks), len(told), str(replicas))
    await service.remove()
