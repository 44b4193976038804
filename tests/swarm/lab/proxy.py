"""portcullis-proxy on a node, in the node's own network, its connections to tasks made in that of the holder."""

import os
import re
import signal
from pathlib import Path

from command import Failed, Program, children, eventually
from node import Node

# The first process of a process namespace, so that a program that has taken over is gone with the lab as well.
FIRST_PROCESS = '"$@" & while :; do wait; sleep 0.1; done'


class Proxy:
    def __init__(self, program: Path, node: Node, config: Path) -> None:
        self._binary, self._node, self._config = program, node, config
        self._program: Program | None = None

    async def start(self) -> None:
        self._program = await Program.start(
            self._node.folder / "proxy.log",
            *self._node.network.inside("unshare", "--pid", "--fork", "--kill-child", "sh", "-c", FIRST_PROCESS, "sh",
                                       str(self._binary), "--config", str(self._config)))
        await self._says("server: ready", 1)

    async def upgrade(self) -> None:
        """Returns when another process has taken over."""
        before = self.log().count("has taken over")
        self._send(self._serving(), signal.SIGUSR2)
        await self._says("has taken over", before + 1)

    async def end(self) -> bool:
        """Whether all of its processes ended when they were asked to."""
        if self._program is None:
            return True
        for pid in self._processes():
            self._send(pid, signal.SIGTERM)
        try:
            await eventually(lambda: not self._processes(), "the proxy's processes end", 20)
            return True
        except Failed:
            return False
        finally:
            await self._program.end(signal.SIGKILL)

    def log(self) -> str:
        return self._program.log() if self._program else ""

    def cpu_seconds(self) -> float:
        """Of the processes that run, in user and kernel."""
        ticks = 0
        for pid in self._processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / 100

    def _first(self) -> int:
        return children(self._program.pid)[0]

    def _processes(self) -> list[int]:
        """Those that run; the one that another has replaced among them until it ends."""
        found, todo = [], [self._first()] if self._program.running else []
        while todo:
            try:
                below = children(todo.pop())
            except (FileNotFoundError, ProcessLookupError):
                continue
            todo += below
            found += [pid for pid in below if self._runs_it(pid)]
        return found

    def _runs_it(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/exe").resolve().name == self._binary.resolve().name
        except OSError:
            return False  # ended

    def _serving(self) -> int:
        taken_over = re.findall(r"process (\d+) has taken over", self.log())
        for pid in self._processes():
            numbers = re.search(r"^NSpid:\s+(.*)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[1].split()
            if not taken_over or numbers[-1] == taken_over[-1]:
                return pid
        raise Failed(f"the proxy is not running:\n{self.log()[-3000:]}")

    @staticmethod
    def _send(pid: int, number: signal.Signals) -> None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass

    async def _says(self, words: str, times: int) -> None:
        def said() -> bool:
            if not self._program.running:
                raise Failed(f"the proxy has ended:\n{self.log()[-3000:]}")
            return self.log().count(words) >= times
        try:
            await eventually(said, words, 30)
        except Failed as error:
            raise Failed(f"the proxy never said '{words}':\n{self.log()[-3000:]}") from error
