"""The proxy under change: its configuration in ever new versions, its certificates, its processes, its origins."""

import asyncio
import ctypes
import os
import re
import signal
import subprocess
import time
from pathlib import Path

HOSTS = ["steady.test", "moving.test"]
FILLERS = 20
PORTS = [18081, 18082]
ECHO_PORT = 18083
PR_SET_CHILD_SUBREAPER = 36

NGINX = """
daemon off;
worker_processes 1;
pid @DIR@/origin.pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    client_body_temp_path @DIR@/origin_body;
    proxy_temp_path @DIR@/origin_proxy;
    fastcgi_temp_path @DIR@/origin_fastcgi;
    uwsgi_temp_path @DIR@/origin_uwsgi;
    scgi_temp_path @DIR@/origin_scgi;
    server { @LISTEN@ location / { return 200 "hello"; } }
}
"""


class Failed(Exception):
    """A sentence for the person who runs this."""


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


async def echo(reader, writer) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"pgrade" in head
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        while data := await reader.read(4096):
            writer.write(data)
    except (OSError, EOFError):
        pass
    writer.close()


class Door:
    def __init__(self, folder: Path, proxy: Path, deadline: int) -> None:
        self.folder = folder
        self.deadline = deadline
        self.upgrades: list[float] = []  # when another process had taken over
        self._proxy = proxy
        self._version = 0
        self._log = folder / "proxy.log"
        self._pids: list[int] = []
        self._echo = None

    async def start(self) -> None:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        openssl(self.folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
                "-keyout", "ca.key", "-out", "ca.pem", "-days", "60", "-subj", "/CN=ca")
        for host in HOSTS:
            self.issue(host)
        self.write()
        listen = " ".join(f"listen 127.0.0.1:{port} backlog=8192;" for port in PORTS)
        text = NGINX.replace("@DIR@", str(self.folder)).replace("@LISTEN@", listen)
        if os.geteuid() == 0:
            text = "user root;" + text
        (self.folder / "origin.conf").write_text(text)
        self._origin = subprocess.Popen(["nginx", "-c", str(self.folder / "origin.conf"), "-e", "stderr", "-p",
                                         str(self.folder)])
        self._echo = await asyncio.start_server(echo, "127.0.0.1", ECHO_PORT)
        with self._log.open("ab") as log:
            self._first = subprocess.Popen([str(self._proxy), "--config", str(self.folder / "portcullis.yaml"),
                                            "--allow-root"],
                                           stdout=log, stderr=log)
        self._pids.append(self._first.pid)
        await self._wait_for("server: ready", 1)

    def issue(self, host: str) -> None:
        """A new key and certificate under the same two paths."""
        openssl(self.folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout",
                f"{host}.key.new", "-out", "request", "-subj", f"/CN={host}", "-addext",
                f"subjectAltName=DNS:{host}")
        openssl(self.folder, "x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "60",
                "-copy_extensions", "copy", "-out", f"{host}.pem.new")
        for kind in ("key", "pem"):
            (self.folder / f"{host}.{kind}.new").rename(self.folder / f"{host}.{kind}")

    def write(self) -> None:
        """The next version. The service "steady" is the same in each, "moving" never twice in a row."""
        version = self._version
        self._version += 1
        ports = [PORTS[:1], PORTS[1:], PORTS, PORTS[::-1]][version % 4]
        services = {"steady": (PORTS, "p2c"), "echo": ([ECHO_PORT], "p2c"),
                    "moving": (ports, ["p2c", "round_robin", "least_requests"][version % 3])}
        for i in range(FILLERS):
            if i != version % FILLERS:  # one is missing each time, another one is at another address
                services[f"filler{i}"] = ([20000 + i + 100 * (i == version * 7 % FILLERS)], "p2c")
        lines = ["tls:", "  certificates:"]
        lines += [f"    - {{ certificate: {host}.pem, key: {host}.key }}" for host in HOSTS]
        lines.append("services:")
        for name, (at, balance) in services.items():
            endpoints = ", ".join(f'"127.0.0.1:{port}"' for port in at)
            lines.append(f"  {name}: {{ endpoints: [ {endpoints} ], balance: {balance} }}")
        lines += ["routes:", "  - { host: steady.test, service: steady }",
                  "  - { host: steady.test, path: /echo, service: echo }",
                  f"  - {{ host: moving.test, service: moving, hsts: {'off' if version % 2 else '{ max_age: 1d, preload: off }'} }}",
                  f"  - {{ host: moving.test, path: /v{version}, service: moving }}",
                  *(f"  - {{ host: steady.test, path: /{name}, service: {name} }}" for name in services if "filler" in name),
                  "admin: { socket: admin.sock }", "trusted_proxies: [ 127.0.0.0/8 ]",
                  f"timeouts: {{ shutdown: {self.deadline}s, tunnel: {1 + version % 5}h }}"]
        new = self.folder / "portcullis.yaml.new"
        new.write_text("\n".join(lines) + "\n")
        new.rename(self.folder / "portcullis.yaml")

    async def reload(self) -> float:
        """Seconds from the signal to the line that says so."""
        before = self._said("configuration reloaded")
        begun = time.monotonic()
        os.kill(self._pids[-1], signal.SIGHUP)
        await self._wait_for("configuration reloaded", before + 1)
        return time.monotonic() - begun

    async def upgrade(self) -> float:
        before = self._said("has taken over")
        begun = time.monotonic()
        os.kill(self._pids[-1], signal.SIGUSR2)
        await self._wait_for("has taken over", before + 1)
        self.upgrades.append(time.monotonic())
        self._pids.append(int(re.findall(r"process (\d+) has taken over", self._log.read_text())[-1]))
        return self.upgrades[-1] - begun

    def excused(self, opened: float, closed: float) -> bool:
        """Whether a WebSocket was the old process's, and closed at its deadline."""
        return any(opened <= upgrade + 1 and closed >= upgrade + self.deadline - 1 for upgrade in self.upgrades)

    async def stop(self) -> list[int]:
        """The wait statuses of all processes, in the order of their start."""
        self._echo.close()
        statuses: dict[int, int] = {}
        for pid in self._pids:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        end = time.monotonic() + self.deadline + 20
        while len(statuses) < len(self._pids) and time.monotonic() < end:
            if self._first.poll() is not None:  # this one may have been waited for already
                statuses[self._first.pid] = self._first.returncode
            for pid in self._pids[1:]:
                try:
                    if pid not in statuses and (ended := os.waitpid(pid, os.WNOHANG))[0] == pid:
                        statuses[pid] = ended[1]
                except ChildProcessError:
                    pass  # still its parent's to wait for
            await asyncio.sleep(0.05)
        self._origin.terminate()
        self._origin.wait()
        return [statuses.get(pid, -1) for pid in self._pids]

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def _said(self, words: str) -> int:
        return self.log().count(words)

    async def _wait_for(self, words: str, times: int) -> None:
        end = time.monotonic() + 60
        while self._said(words) < times:
            if time.monotonic() > end:
                raise Failed(f"the proxy never said '{words}':\n{self.log()[-3000:]}")
            await asyncio.sleep(0.005)
