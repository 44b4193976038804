"""The door itself: another program takes over, it says who asked, and the wall stands around it."""

import asyncio
import time

import image
from network import OUTSIDE
from probe import ask
from scene import Scene
from stories.updates import served

DEADLINE_S = 5  # timeouts.shutdown: then the WebSockets of the old program are closed
CLOSED = [2377, 7946]  # that the swarm itself listens on


async def upgraded(scene: Scene) -> None:
    begun = []
    async with served(scene, "upgraded", 2) as (_, watch, load):
        for _ in range(1 if scene.smoke else 3):
            begun.append(time.monotonic())
            await scene.edge.proxy.upgrade()
            await asyncio.sleep(DEADLINE_S + 1)
    scene.nothing_failed("upgraded", f"{len(begun)} programs", load, watch, at_the_deadline(begun),
                         "0 but WebSockets at the deadline")


def at_the_deadline(begun: list[float]):
    """Excuses a WebSocket that was closed when one of the upgrades, begun then, had its deadline."""
    return lambda kind, closed: kind == "websocket" and any(
        closed.opened <= at + 2 and closed.closed >= at + DEADLINE_S - 1 for at in begun)


async def addresses(scene: Scene) -> None:
    service = scene.service("addresses")
    await service.create(replicas=1)
    await scene.served(service, 1)
    for ours, theirs in zip(OUTSIDE, (scene.edge.node.address, scene.edge.node.address6)):
        answer = await ask(scene.edge, service.host, theirs)
        seen = answer.says.get("forwarded-for", "")
        scene.report.expect("addresses", f"the backend knows the client at {theirs}", seen == ours, seen, ours)
    await service.remove()


async def walled(scene: Scene) -> None:
    """The walls stand on all nodes from here on; a task on another node is reached all the same."""
    await scene.edge.raise_walls()
    farthest = scene.swarm.nodes[-1]
    on_it = ["--constraint", f"node.hostname=={farthest.name}"]
    async with served(scene, "walled", 2, *on_it, "--update-order", "start-first") as (service, watch, load):
        open_ports = [port for port in CLOSED for node in scene.swarm.nodes if await _opens(node.address, port)]
        scene.report.expect("walled", "the swarm's ports, from outside", not open_ports, open_ports or "closed", "closed")
        if not scene.smoke:
            await service.update("--image", image.name("2"))
            await scene.served(service, 2, "2")
    scene.nothing_failed("walled", f"tasks on {farthest.name}", load, watch)


async def _opens(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), 1)
        writer.close()
        return True
    except (OSError, asyncio.TimeoutError):
        return False
