"""The ways in which it is deployed: by stack files, on the host with a holder that is replaced, in a container."""

import asyncio
import os
import time
from pathlib import Path

import image
from certificate import DOMAIN
from command import eventually, must
from probe import until
from scene import Scene
from service import PORT
from stories.gate import DEADLINE_S, at_the_deadline
from stories.updates import served
from swarm import HOLDER, NETWORK

EXAMPLES = Path(__file__).resolve().parents[4] / "deploy/examples"
STACK_HOST = f"stack.{DOMAIN}"
HOLD = ["/backend", "--hold"]


async def stack(scene: Scene) -> None:
    """The files that the README deploys, with images that are here."""
    values = {"HOLDER_IMAGE": image.name("1"), "HOLDER_COMMAND": " ".join(HOLD), "WEB_IMAGE": image.name("1"),
              "WEB_HOST": STACK_HOST, "WEB_PORT": str(PORT)}
    manager = scene.swarm.manager
    begun = time.monotonic()
    for name, file in (("edge", "edge.yml"), ("shop", "stack.yml")):
        await must("env", *[f"{key}={value}" for key, value in values.items()], "docker", "-H",
                   f"unix://{manager.socket}", "stack", "deploy", "--resolve-image", "never", "--compose-file",
                   str(EXAMPLES / file), name)
    answered = await until(scene.edge, STACK_HOST, lambda answer: answer.status == 200, "the stack answers outside")
    scene.report.note("stack", "docker stack deploy to first answer", f"{answered - begun:.1f} s")

    async def held() -> bool:
        names = await manager.docker("ps", "--format", "{{.Names}}")
        return any(name.startswith("edge_holder.") for name in names.split())
    scene.report.expect("stack", "a holder on the node", await eventually(held, "the holder runs"), "there", "there")
    for name in ("shop", "edge"):
        await manager.docker("stack", "rm", name)
    await until(scene.edge, STACK_HOST, lambda answer: answer.status != 200, "the stack is gone")


async def held(scene: Scene) -> None:
    """The container in whose network the proxy meets tasks is replaced: the proxy moves to the next one."""
    node, begun = scene.edge.node, []
    times = scene.edge.proxy.log().count("has taken over") + 1
    async with served(scene, "held", 2) as (_, watch, load):
        await node.docker("run", "--detach", "--restart", "always", "--no-healthcheck", "--name", f"{HOLDER}.next",
                          "--network", NETWORK, image.name("1"), *HOLD)
        begun.append(time.monotonic())
        await scene.edge.proxy.says("has taken over", times)
        await asyncio.sleep(DEADLINE_S + 1)  # what was under way in the old network has ended
        await node.docker("rm", "--force", HOLDER)
        await asyncio.sleep(1)
    scene.nothing_failed("held", "another holder", load, watch, at_the_deadline(begun),
                         "0 but WebSockets at the deadline")
    await scene.swarm.hold(node)
    await scene.edge.proxy.says("has taken over", times + 1)
    await node.docker("rm", "--force", f"{HOLDER}.next")


async def contained(scene: Scene) -> None:
    """The proxy in a container on the overlay, with a published port: it knows clients of IPv4. The image has no user
    portcullis and the mounted files are root's, so that it serves as the container's root."""
    node, folder = scene.edge.node, scene.edge.folder
    service = scene.service("contained")
    await service.create(replicas=1)
    await scene.served(service, 1)
    lines = scene.edge.config.read_text().splitlines(keepends=True)
    config = folder / "contained.yaml"
    config.write_text("".join(line for line in lines if not line.startswith(("overlay:", "admin:"))))
    program = scene.edge.program
    folders = [folder for folder in ("/usr", "/lib", "/lib64") if os.path.exists(folder)]
    await node.docker("run", "--detach", "--no-healthcheck", "--name", "contained", "--network", NETWORK,
                      "--publish", "8443:443",
                      *[word for path in (*folders, str(program.parent), str(folder))
                        for word in ("--volume", f"{path}:{path}:ro")],
                      image.name("1"), str(program), "--config", str(config), "--allow-root")
    try:
        answered = await until(scene.edge, service.host, lambda answer: answer.status == 200, "the container answers",
                               port=8443)
        scene.report.expect("contained", "a task is reached", answered > 0, "yes", "yes")
    finally:
        said = await must("docker", "-H", f"unix://{node.socket}", "logs", "contained")
        await node.docker("rm", "--force", "contained")
        scene.report.expect("contained", "errors of our own", "Sanitizer" not in said, said[-200:] if "Sanitizer" in said
                            else 0, "0")
    await service.remove()
