"""A machine of the swarm: dockerd in a network namespace, with all that it starts in a process namespace of its own."""

import asyncio
import json
import os
import signal
import urllib.parse
from pathlib import Path

from command import Failed, Program, children, eventually, must
from network import Network, addresses, inside

FIRST_PROCESS = Path(__file__).resolve().parents[1] / "support" / "first_process.sh"


class Node:
    def __init__(self, number: int, network: Network, folder: Path) -> None:
        self.number, self.network, self.folder = number, network, folder
        self.name = f"n{number}"
        self.address, self.address6 = addresses(number)
        self.socket = folder / "docker.sock"
        self._program: Program | None = None

    async def start(self) -> None:
        (self.folder / "state").mkdir(parents=True)
        resolv = self.folder / "resolv.conf"
        resolv.write_text(f"nameserver {self.address}\n")
        self._program = await Program.start(
            self.folder / "dockerd.log",
            *self.network.inside("unshare", "--pid", "--fork", "--mount", "--uts", "--mount-proc", "--kill-child",
                                 "sh", str(FIRST_PROCESS)),
            environment={"NAME": self.name, "STATE": str(self.folder / "state"), "SOCKET": str(self.socket),
                         "RESOLV": str(resolv), "GROUP": f"/portcullis-{self.name}-{os.getpid()}",
                         "DOCKER_SERVICE_PREFER_OFFLINE_IMAGE": "1"})

    async def ready(self, timeout: float = 90) -> None:
        async def answers() -> bool:
            if not self._program.running:
                raise Failed(f"dockerd of {self.name} does not run:\n{self._program.log()[-3000:]}")
            try:
                return bool(await self.api("/info"))
            except (OSError, Failed, asyncio.TimeoutError):
                return False
        await eventually(answers, f"dockerd of {self.name} answers; its log ends\n{self._program.log()[-3000:]}",
                         timeout)

    async def docker(self, *words: str, timeout: float = 60) -> str:
        return await must("docker", "-H", f"unix://{self.socket}", *words, timeout=timeout)

    async def api(self, path: str, filters: dict[str, list[str]] | None = None, timeout: float = 5):
        """The answer of the Engine API, read from JSON."""
        if filters:
            path += "?filters=" + urllib.parse.quote(json.dumps(filters))
        reader, writer = await asyncio.open_unix_connection(str(self.socket))
        try:
            writer.write(f"GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n".encode())
            head, _, body = (await asyncio.wait_for(reader.read(-1), timeout)).partition(b"\r\n\r\n")
        finally:
            writer.close()
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise Failed(f"{path}: {head.partition(chr(13).encode())[0].decode()} {body.decode(errors='replace')}")
        return json.loads(body)

    async def run(self, log: Path, *argv: str) -> Program:
        """A program on the node, which it shares with dockerd: its network, its files, its processes, its name."""
        return await Program.start(log, "nsenter", f"--target={self._first_process()}", "--net", "--mount", "--pid",
                                   "--uts", "--", *argv, forks=True)

    def _first_process(self) -> int:
        return children(self._program.pid)[0]

    def _dockerd(self) -> int:
        """The one that is running now, as it can have been started again."""
        for child in children(self._first_process()):
            if Path(f"/proc/{child}/comm").read_text().strip() == "dockerd":
                return child
        raise Failed(f"there is no dockerd on {self.name}")

    def signal_dockerd(self, number: signal.Signals) -> None:
        os.kill(self._dockerd(), number)

    async def sandbox(self, container: str) -> str:
        """The file that is a container's network namespace, as seen from the whole machine."""
        key = await self.docker("inspect", "-f", "{{.NetworkSettings.SandboxKey}}", container)
        return f"/proc/{self._first_process()}/root{key}"

    async def inside_of(self, container: str, *argv: str) -> str:
        return await must(*inside(await self.sandbox(container), *argv))

    def log(self) -> str:
        return self._program.log() if self._program else ""

    async def stop(self) -> None:
        """Kills everything on it at once."""
        if self._program is not None:
            await self._program.end(signal.SIGKILL)
