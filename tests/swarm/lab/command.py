"""Programs: those that end, and those that stay until we end them or are gone ourselves."""

import asyncio
import os
import signal
from pathlib import Path


class Failed(Exception):
    """A sentence for the person who runs this."""


async def must(*argv: str, stdin: str = "", timeout: float = 60) -> str:
    """Its output; raises Failed unless the exit code is 0."""
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    try:
        out, err = await asyncio.wait_for(process.communicate(stdin.encode()), timeout)
    except BaseException as error:
        if process.returncode is None:
            process.kill()
            await process.wait()
        if isinstance(error, asyncio.TimeoutError):
            raise Failed(f"{' '.join(argv)}: not done after {timeout} s") from error
        raise
    if process.returncode != 0:
        raise Failed(f"{' '.join(argv)}: {err.decode(errors='replace').strip() or process.returncode}")
    return out.decode(errors="replace").strip()


async def eventually(question, what: str, timeout: float = 120):
    """The first answer that is not false, of a function or a coroutine function; asked every 50 ms."""
    end = asyncio.get_running_loop().time() + timeout
    while True:
        answer = question()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return answer
        if asyncio.get_running_loop().time() > end:
            raise Failed(f"not within {timeout:g} s: {what}")
        await asyncio.sleep(0.05)


class Program:
    """Runs until end(); the kernel kills it when this process dies. Both outputs go to its log."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path, forks: bool) -> None:
        self._process, self._log, self._forks = process, log, forks

    @classmethod
    async def start(cls, log: Path, *argv: str, environment: dict[str, str] | None = None,
                    forks: bool = False) -> "Program":
        """forks: the program is a child of what is started, as by nsenter into a process namespace; signals are for
        it, and it ends with the namespace."""
        with log.open("ab") as output:
            return cls(await asyncio.create_subprocess_exec(
                "setpriv", "--pdeathsig", "KILL", *argv, stdin=asyncio.subprocess.DEVNULL, stdout=output,
                start_new_session=True,
                stderr=output, env={**os.environ, **(environment or {})}), log, forks)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def send(self, number: signal.Signals) -> None:
        for pid in children(self.pid) if self._forks and self.running else [self.pid]:
            if self.running:
                os.kill(pid, number)
        # nsenter stops itself with its child, and does not go on with it.
        if self._forks and self.running and number == signal.SIGCONT:
            os.kill(self.pid, number)

    async def end(self, number: signal.Signals = signal.SIGTERM, patience: float = 10) -> int:
        """Its wait status; it is killed when it does not end in time."""
        self.send(number)
        try:
            return await asyncio.wait_for(self._process.wait(), patience)
        except asyncio.TimeoutError:
            self.send(signal.SIGKILL)
            return await self._process.wait()


def children(pid: int) -> list[int]:
    """Of its first thread."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
