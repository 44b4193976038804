"""What stands on the nodes: the wall on each, discovery on the first, and there the proxy, which outside knows as 443."""

import signal
from dataclasses import dataclass
from pathlib import Path

import certificate
from command import Failed, Program, eventually, must
from node import Node
from proxy import Proxy
from report import Report
from swarm import HOLDER, NETWORK, Swarm

COMPLAINTS = ["Sanitizer", "runtime error", "CHECK"]  # what programs say of their own mistakes


@dataclass
class Programs:
    proxy: Path
    discovery: Path
    firewall: Path


class Edge:
    def __init__(self, swarm: Swarm, programs: Programs) -> None:
        self.swarm, self._programs = swarm, programs
        self.folder = swarm.folder / "edge"
        self.config = self.folder / "portcullis.yaml"
        self.proxy = Proxy(programs.proxy, self.node, self.config)
        self._discovery: Program | None = None
        self._walls: list[Program] = []
        self._status = 0  # the proxy's, once it has ended

    @property
    def program(self) -> Path:
        return self._programs.proxy

    @property
    def node(self) -> Node:
        return self.swarm.manager

    async def up(self) -> None:
        self.folder.mkdir()
        await certificate.issue(self.folder)
        await must(str(self._programs.discovery), "keygen", "--out", str(self.folder / "swarm"))
        self._write()
        await self.start_discovery()
        await eventually(self._discovered, "discovery has written a snapshot", 20)
        await self.proxy.start()

    def follow(self, *networks: str) -> None:
        """From now on discovery looks at services on these networks."""
        self._write(networks)
        self._discovery.send(signal.SIGHUP)

    def _write(self, networks: tuple[str, ...] = (NETWORK,)) -> None:
        self.config.write_text(
            "tls: { certificates: [ { certificate: lab.pem, key: lab.key } ] }\n"
            f"discovery:\n  docker: unix://{self.node.socket}\n  networks: [ {', '.join(networks)} ]\n  snapshot: snapshot\n"
            "  signing_key: swarm.key\n  verify_key: swarm.pub\n  serial_file: swarm_serial\n  socket: discovery.sock\n"
            f"overlay: {{ container: {HOLDER}, docker: {self.node.socket} }}\n"
            "admin: { socket: admin.sock }\n"
            "timeouts: { shutdown: 5s }\n")

    async def start_discovery(self) -> None:
        self._discovery = await self.node.run(self.folder / "discovery.log", str(self._programs.discovery), "--config",
                                              str(self.config))

    def _discovered(self) -> bool:
        if not self._discovery.running:
            raise Failed(f"discovery has ended:\n{self._discovery.log()[-3000:]}")
        return (self.folder / "snapshot").exists()

    def signal_discovery(self, number: signal.Signals) -> None:
        self._discovery.send(number)

    async def end_discovery(self, number: signal.Signals) -> None:
        await self._discovery.end(number)

    async def raise_walls(self) -> None:
        """On every node. Their peers are those that discovery names, and no other."""
        for node in self.swarm.nodes:
            config = node.folder / "wall.yaml"
            mode = "edge" if node is self.node else "closed"
            config.write_text(f"firewall:\n  mode: {mode}\n  state: wall\n  audit: audit.ndjson\n  socket: wall.sock\n"
                              f"discovery:\n  networks: [ {NETWORK} ]\n  snapshot: {self.folder / 'snapshot'}\n"
                              f"  verify_key: {self.folder / 'swarm.pub'}\n")
            wall = await node.run(node.folder / "wall.log", str(self._programs.firewall), "--config", str(config), "run")
            self._walls.append(wall)
            await eventually(lambda: "the kernel holds the program" in wall.log(), f"the wall of {node.name}")

    async def down(self) -> None:
        self._status = await self.proxy.end()
        for program in [self._discovery, *self._walls]:
            if program is not None:
                await program.end()

    def judge(self, report: Report) -> None:
        """What the programs said themselves, after down()."""
        logs = {"the proxy": self.proxy.log(), "discovery": self._discovery.log() if self._discovery else ""}
        for name, log in {**logs, "the walls": "".join(wall.log() for wall in self._walls)}.items():
            broken = [line for line in log.splitlines() if any(word in line for word in COMPLAINTS)]
            report.expect("programs", f"{name}: errors of our own", not broken, broken[0] if broken else 0, "0")
        report.expect("programs", "the proxy's wait status", self._status == 0, self._status, "0")
