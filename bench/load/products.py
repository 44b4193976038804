"""The three proxies and their origin: started pinned to a processor, measured by what the kernel says of them."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ORIGIN_PORT = 18080
SMALL_BYTES = 128
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

VERSION_COMMANDS = {
    "portcullis": ["{program}", "--version"],
    "nginx": ["nginx", "-v"],
    "haproxy": ["haproxy", "-v"],
}


PRODUCTS = ["portcullis", "nginx", "haproxy"]


class Failed(Exception):
    """A sentence for the person who runs the benchmark."""


def show(progress: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{progress}\x1b[K", end="", file=sys.stderr, flush=True)


class Bench:
    """The folder of one run: certificate, files to serve, configurations; and the programs started from it."""

    def __init__(self, folder: Path, portcullis: Path, pin: bool, host: str = "localhost",
                 configurations: dict[str, Path] | None = None) -> None:
        """configurations: of products that are set up in another way than for the load."""
        self.folder = folder
        self.portcullis = portcullis
        self.pin = pin
        self.host = host
        self.configurations = configurations or {}
        self._make_certificate()
        (folder / "files").mkdir()
        (folder / "files" / "16k").write_bytes(b"x" * (16 << 10))
        (folder / "files" / "1m").write_bytes(b"x" * (1 << 20))

    def _make_certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
             "-keyout", "site.key", "-out", "site.pem", "-days", "2", "-subj", f"/CN={self.host}",
             "-addext", f"subjectAltName=DNS:{self.host}"],
            cwd=self.folder, check=True, capture_output=True)
        both = (self.folder / "site.pem").read_text() + (self.folder / "site.key").read_text()
        (self.folder / "site.both.pem").write_text(both)

    def configuration(self, name: str) -> Path:
        text = self.configurations.get(name, HERE / f"{name}.conf").read_text()
        for mark, value in (("@DIR@", self.folder), ("@ORIGIN@", ORIGIN_PORT), ("@SMALL@", "x" * SMALL_BYTES)):
            text = text.replace(mark, str(value))
        path = self.folder / f"{name}.conf"
        path.write_text(text)
        return path

    def pinned(self, processor: int, command: list[str]) -> list[str]:
        return ["taskset", "-c", str(processor), *command] if self.pin else command

    def start_origin(self) -> "Product":
        return self._start("origin", ["nginx", "-c", "{file}", "-e", "stderr", "-p", str(self.folder)], 1, ORIGIN_PORT)

    def start(self, name: str) -> "Product":
        commands = {
            "portcullis": [str(self.portcullis), "--config", "{file}", "--allow-root"],
            "nginx": ["nginx", "-c", "{file}", "-e", "stderr", "-p", str(self.folder)],
            "haproxy": ["haproxy", "-db", "-f", "{file}"],
        }
        return self._start(name, commands[name], 0, 443)

    def _start(self, name: str, command: list[str], processor: int, port: int) -> "Product":
        file = str(self.configuration(name))
        return Product(name, self.pinned(processor, [part.replace("{file}", file) for part in command]), port,
                       self.folder / f"{name}.log")

    def version(self, name: str) -> str:
        command = [part.replace("{program}", str(self.portcullis)) for part in VERSION_COMMANDS[name]]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        found = re.search(r"\d+\.\d+(\.\d+)?", said.stdout + said.stderr)
        return found.group() if found else "unknown"


class Product:
    """One running program. A context manager: it is stopped at the end of the block."""

    def __init__(self, name: str, command: list[str], port: int, log: Path) -> None:
        self.name = name
        self._log = log
        if shutil.which(command[0]) is None:
            raise Failed(f"{command[0]} is not installed (deploy/install_packages bench)")
        with log.open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            self._wait_for(port)
        except Failed:
            self.stop()
            raise

    def __enter__(self) -> "Product":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait_for(self, port: int) -> None:
        for _ in range(400):
            if self._process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.025)
        raise Failed(f"{self.name} did not start:\n{self._log.read_text(errors='replace')}")

    def stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            self._process.send_signal(number)
            try:
                self._process.wait(timeout=5)
                return
            except subprocess.TimeoutExpired:
                pass  # the second signal cannot be refused

    def processes(self) -> list[int]:
        """The process and all its descendants."""
        found = [self._process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found.extend(int(child) for child in children.read_text().split())
        return found

    def cpu_seconds(self) -> float:
        """User and system time of all threads of all processes since they started."""
        ticks = 0
        for pid in self.processes():
            # The second field is the name in parentheses and may hold spaces; utime and stime are the 14th and 15th.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS_PER_SECOND

    def resident_bytes(self) -> int:
        total = 0
        for pid in self.processes():
            total += int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()).group(1)) * 1024
        return total
