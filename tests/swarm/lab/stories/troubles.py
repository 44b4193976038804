"""What breaks in a swarm, under load, and what may fail of it."""

import asyncio
import signal
import time

from command import eventually
from scene import Scene
from service import runs
from stories.updates import served

HEALTH = ["--label", "portcullis.health.path=/healthz", "--label", "portcullis.health.interval=1s",
          "--label", "portcullis.health.timeout=500ms", "--label", "portcullis.health.unhealthy=2"]
RESTARTS_SOON = ["--restart-delay", "1s"]
LOST_S = 4  # until it is found out that a node is gone: what was begun there and cannot be repeated fails


def _not_replayable(kind: str, _failure) -> bool:
    """A request with a body that has begun at a task cannot be tried at another one; a WebSocket ends with its task."""
    return kind in ("upload", "websocket")


async def killed(scene: Scene) -> None:
    """A task is killed, three times."""
    async with served(scene, "killed", 3, *RESTARTS_SOON) as (service, watch, load):
        for _ in range(1 if scene.smoke else 3):
            victim = next(task for task in await service.tasks() if runs(task))
            node = await node_of(scene, victim)
            await node.docker("kill", "--signal", "KILL", victim["Status"]["ContainerStatus"]["ContainerID"])
            await eventually(lambda victim=victim: victim["ID"] in watch.left, "the manager knows that it is dead")
            await scene.served(service, 3)
    scene.nothing_failed("killed", "kill -9", load, watch, _not_replayable, "0 but uploads and WebSockets under way")
    uploads = len(load.tallies["upload"].failed)
    scene.report.expect("killed", "uploads failed", uploads <= 2 * len(watch.left), uploads, "those under way")


async def cut(scene: Scene) -> None:
    """A node's link is down for a while: nobody says so, packets vanish."""
    await _cut(scene, "cut", *HEALTH)


async def cut_unchecked(scene: Scene) -> None:
    """Nobody checks, either: what is sent there just is not acknowledged."""
    await _cut(scene, "unchecked")


async def _cut(scene: Scene, name: str, *options: str) -> None:
    node = scene.swarm.nodes[2]
    async with served(scene, name, 3, *options) as (service, watch, load):
        begun = time.monotonic()
        await scene.swarm.links.cut(node.number)
        try:
            await eventually(lambda: watch.left, "the manager gives the node up")
            scene.report.note(name, "until the manager gives the node up", f"{time.monotonic() - begun:.1f} s")
            await scene.served(service, 3)
        finally:
            await scene.swarm.links.mend(node.number)
            await ready(scene)
    scene.nothing_failed(
        name, "node cut off", load, watch,
        lambda kind, failure: kind == "websocket" or kind == "upload" and failure.begun <= begun + LOST_S,
        f"0 but WebSockets, and uploads under way or begun within {LOST_S} s")


async def drained(scene: Scene) -> None:
    node = scene.swarm.nodes[2]
    async with served(scene, "drained", 3) as (service, watch, load):
        await scene.swarm.manager.docker("node", "update", "--availability", "drain", node.name)
        await eventually(lambda: watch.left, "its tasks are told to leave")
        await scene.served(service, 3)
        await scene.swarm.manager.docker("node", "update", "--availability", "active", node.name)
    scene.nothing_failed("drained", "node drained", load, watch)
    scene.left_soon("drained", "node drained", load, watch)


async def leaderless(scene: Scene) -> None:
    """Two managers of three stop, and are there again half a minute later. Nothing runs worse for it."""
    others = scene.swarm.nodes[1:]
    async with served(scene, "leaderless", 3) as (service, watch, load):
        for node in others:
            node.signal_dockerd(signal.SIGSTOP)
        try:
            await asyncio.sleep(30)
        finally:
            for node in others:
                node.signal_dockerd(signal.SIGCONT)
        await ready(scene)
        await scene.served(service, 3)
        await service.update("--replicas", "4")
        await scene.served(service, 4)
    # What the managers thought of each other meanwhile may have cost tasks: those left in order.
    scene.nothing_failed("leaderless", "no quorum for 30 s, then a fourth task", load, watch)


async def dockerd_restarted(scene: Scene) -> None:
    """On a node that is not the proxy's. dockerd kills the containers that its predecessor has left."""
    node = scene.swarm.nodes[-1]
    async with served(scene, "dockerd", 3, *RESTARTS_SOON) as (service, watch, load):
        node.signal_dockerd(signal.SIGKILL)
        await node.ready()
        await ready(scene)
        await scene.served(service, 3)
    scene.nothing_failed("dockerd", "restarted on another node", load, watch, _not_replayable,
                         "0 but uploads and WebSockets under way")


async def dockerd_restarted_here(scene: Scene) -> None:
    """On the proxy's own node. The holder is started anew, in a network of its own, and until the proxy has followed it
    there nothing can be reached."""
    service = scene.service("here")
    await service.create(*RESTARTS_SOON, replicas=2)
    await scene.served(service, 2)
    begun = time.monotonic()
    scene.edge.node.signal_dockerd(signal.SIGKILL)
    await scene.edge.node.ready()
    await scene.swarm.hold_again(scene.edge.node)
    await scene.edge.proxy.says("has taken over", scene.edge.proxy.log().count("has taken over") + 1)
    await ready(scene)
    await scene.served(service, 2)
    scene.report.note("here", "dockerd killed on the proxy's node: all answer again after",
                      f"{time.monotonic() - begun:.1f} s")
    await service.remove()


async def discovery_restarted(scene: Scene) -> None:
    async with served(scene, "discovery", 2) as (service, watch, load):
        await scene.edge.end_discovery(signal.SIGTERM)
        await scene.edge.start_discovery()
        await service.update("--replicas", "3")
        await scene.served(service, 3)
    scene.nothing_failed("discovery", "restarted", load, watch)


async def discovery_dead(scene: Scene) -> None:
    """Nobody says anything new for a minute. What is known goes on; what happened meanwhile is known soon after."""
    async with served(scene, "orphan", 2) as (service, watch, load):
        await scene.edge.end_discovery(signal.SIGKILL)
        await service.update("--replicas", "3")
        await service.settled(3)
        await asyncio.sleep(5 if scene.smoke else 60)
        await scene.edge.start_discovery()
        await scene.served(service, 3)
    scene.nothing_failed("orphan", "discovery dead, then alive", load, watch)


async def node_of(scene: Scene, task: dict):
    name = (await scene.swarm.manager.api(f"/nodes/{task['NodeID']}"))["Description"]["Hostname"]
    return next(node for node in scene.swarm.nodes if node.name == name)


async def ready(scene: Scene) -> None:
    await eventually(scene.swarm.all_ready, "all nodes are ready again")
