"""A swarm service of the lab's backends, and what the manager says of its tasks."""

import asyncio

import image
from command import Failed, eventually
from node import Node
from swarm import NETWORK

PORT = 8080


class Service:
    def __init__(self, manager: Node, name: str, host: str, network: str = NETWORK) -> None:
        self._manager, self.name, self.host, self._network = manager, name, host, network

    async def create(self, *options: str, replicas: int, version: str = "1") -> None:
        """Its tasks come up a little later. A task's host name is its id, so that an answer says who gave it."""
        await self._tell(
            "create", "--detach", "--no-resolve-image", "--name", self.name, "--network", self._network,
            "--endpoint-mode", "dnsrr", "--replicas", str(replicas), "--hostname", "{{.Task.ID}}",
            "--label", f"portcullis.host={self.host}", "--label", f"portcullis.port={PORT}", *options,
            image.name(version))

    async def update(self, *options: str) -> None:
        await self._tell("update", "--detach", "--no-resolve-image", *options, self.name)

    async def remove(self) -> None:
        await self._tell("rm", self.name)

    async def _tell(self, *words: str) -> None:
        """As soon as there is a leader to be told: managers that come back may have one elected anew."""
        async def told() -> bool:
            try:
                await self._manager.docker("service", *words)
            except Failed as reason:
                if "does not have a leader" in str(reason):
                    return False
                raise
            return True
        await eventually(told, f"{self.name}: docker service {words[0]}")

    async def tasks(self) -> list[dict]:
        """As the Engine API says, those of the past as well."""
        return await self._manager.api("/tasks", {"service": [self.name]})

    async def running(self) -> dict[str, str]:
        """The addresses of those that run and shall run, by their ids."""
        return {task["ID"]: address_of(task, self._network) for task in await self.tasks() if runs(task)}

    async def settled(self, replicas: int, version: str | None = None) -> dict[str, str]:
        """As running(), as soon as there are just so many, of that version if one is given, and all others have ended;
        but for those on a node that is gone, of which nobody knows."""
        async def there() -> dict[str, str] | None:
            try:
                nodes, tasks = await self._manager.api("/nodes"), await self.tasks()
            except (OSError, Failed, asyncio.TimeoutError):
                return None  # managers may be electing a leader
            gone = {node["ID"] for node in nodes if node["Status"]["State"] == "down"}
            tasks = [task for task in tasks if not ended(task) and task.get("NodeID") not in gone]
            good = [task for task in tasks if runs(task) and (version is None or version_of(task) == version)]
            return {task["ID"]: address_of(task, self._network) for task in good} if len(good) == len(tasks) == replicas else None
        return await eventually(there, f"{self.name} has {replicas} tasks, and no others")


def runs(task: dict) -> bool:
    return task["Status"]["State"] == "running" and task["DesiredState"] == "running"


def ended(task: dict) -> bool:
    return task["Status"]["State"] in ("complete", "shutdown", "failed", "rejected", "remove", "orphaned")


def version_of(task: dict) -> str:
    return task["Spec"]["ContainerSpec"]["Image"].rpartition(":")[2]


def address_of(task: dict, network: str) -> str:
    for attachment in task.get("NetworksAttachments") or []:
        if attachment["Network"]["Spec"]["Name"] == network and attachment["Addresses"]:
            return attachment["Addresses"][0].partition("/")[0]
    return ""
