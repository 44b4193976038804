"""A swarm of one node or of three managers, with the overlay network "edge". Docker's virtual addresses, the routing
mesh and encrypted overlays need kernel modules that a test machine may lack: services here have none of them."""

import asyncio
import shutil
from pathlib import Path

import image
import leftovers
from command import Failed, eventually
from network import Links
from node import Node

NETWORK = "edge"
HOLDER = "holder"  # on each node, a container that does nothing but be on the overlay: the proxy makes its
                   # connections to tasks in its network


class Swarm:
    def __init__(self, count: int, backend: Path) -> None:
        self.folder = leftovers.make_folder()
        self.links = Links(count)
        self.nodes = [Node(i + 1, network, self.folder / f"n{i + 1}") for i, network in enumerate(self.links.nodes)]
        self._backend = backend

    @property
    def manager(self) -> Node:
        return self.nodes[0]

    async def up(self) -> None:
        await self.links.up()
        archive = self.folder / "image.tar"
        image.build(self._backend, archive)
        await asyncio.gather(*(self._start(node, archive) for node in self.nodes))
        await self.manager.docker("swarm", "init", "--advertise-addr", self.manager.address,
                                  "--task-history-limit", "2")
        token = await self.manager.docker("swarm", "join-token", "-q", "manager")
        for node in self.nodes[1:]:  # one after the other: each changes the quorum
            await node.docker("swarm", "join", "--advertise-addr", node.address, "--token", token,
                              f"{self.manager.address}:2377")
        await eventually(self.all_ready, "all nodes ready")
        # Addresses are handed out upwards: room for those of a few thousand tasks.
        await self.manager.docker("network", "create", "--driver", "overlay", "--attachable", "--subnet",
                                  "10.10.0.0/16", NETWORK)
        await asyncio.gather(*(self.hold(node) for node in self.nodes))

    async def _start(self, node: Node, archive: Path) -> None:
        await node.start()
        await node.ready()
        await node.docker("load", "-qi", str(archive))

    async def all_ready(self) -> bool:
        try:
            nodes = await self.manager.api("/nodes")
        except (OSError, Failed, asyncio.TimeoutError):
            return False  # managers may be electing a leader
        return sum(node["Status"]["State"] == "ready" for node in nodes) == len(self.nodes)

    async def hold(self, node: Node) -> None:
        async def attached() -> str | None:
            try:  # the network is on its way to the other managers
                return await node.docker("run", "--detach", "--restart", "always", "--no-healthcheck", "--name", HOLDER,
                                         "--network", NETWORK, image.name("1"), "/backend", "--hold")
            except Failed as error:
                if "not found" not in str(error):
                    raise
                await node.docker("rm", "--force", HOLDER)
                return None
        await eventually(attached, f"the holder of {node.name} runs")

    async def hold_again(self, node: Node) -> None:
        """After dockerd was started again. It may do that with containers before it knows the network of the swarm, and
        tries only once; a task it would be given anew."""
        async def runs() -> bool:
            try:
                await node.docker("start", HOLDER)
            except Failed as error:
                if "not found" not in str(error):
                    raise
                return False
            return True
        await eventually(runs, f"the holder of {node.name} runs again")

    async def down(self) -> None:
        await asyncio.gather(*(node.stop() for node in self.nodes))
        self.links.close()
        await eventually(lambda: leftovers.sweep(ours=True), "the control groups are gone", 10)
        shutil.rmtree(self.folder, ignore_errors=True)
