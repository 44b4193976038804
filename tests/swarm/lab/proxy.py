"""portcullis-proxy on a node, in the node's own network, its connections to tasks made in that of the holder. The process
that is started keeps what proxies need to begin, and starts each; it ends with the last of them, and they with it. It serves
as root, because the lab's files are root's; tests/scenarios/serving_user_test.cc is about its user."""

import signal
from pathlib import Path

from command import Failed, Program, eventually
from node import Node


class Proxy:
    def __init__(self, program: Path, node: Node, config: Path) -> None:
        self._binary, self._node, self._config = program, node, config
        self._keeper: Program | None = None

    async def start(self) -> None:
        before = self.log().count("server: ready")
        self._keeper = await self._node.run(self._node.folder / "proxy.log", str(self._binary), "--config",
                                            str(self._config), "--allow-root")
        await self.says("server: ready", before + 1)

    async def upgrade(self) -> None:
        """Returns when another process has taken over."""
        before = self.log().count("has taken over")
        self._keeper.send(signal.SIGUSR2)
        await self.says("has taken over", before + 1)

    async def end(self) -> int:
        """Its wait status."""
        return await self._keeper.end(patience=20) if self._keeper else 0

    def log(self) -> str:
        return self._keeper.log() if self._keeper else ""

    async def says(self, words: str, times: int) -> None:
        """Returns when it has said them so many times in all."""
        def said() -> bool:
            if not self._keeper.running:
                raise Failed(f"the proxy has ended:\n{self.log()[-3000:]}")
            return self.log().count(words) >= times
        try:
            await eventually(said, words, 30)
        except Failed as error:
            raise Failed(f"the proxy never said '{words}':\n{self.log()[-3000:]}") from error
