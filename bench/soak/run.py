#!/usr/bin/python3
"""Mixed traffic for a long time, while endpoints die, the configuration changes and certificates are swapped.

Two services. "steady" has two good endpoints and one that is stopped or killed and started again at random: none of its
requests may fail, but those that no other endpoint can be asked, because they may not be repeated or their answer has
begun. "shaky" has one endpoint that hangs, resets and answers 5xx or nonsense at random: its requests may fail in the
ways that say so. At the end every request that failed is looked up in the access log, and must have been one that a rule
allows. WebSockets live through all of it. Memory and descriptors are shown, after the first minute and at the end.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import websockets

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "bench"), str(ROOT / "bench/load")]
from own_network import enter_own_network  # noqa: E402
from products import Failed, show  # noqa: E402

GOOD, DYING, SHAKY, ECHO = [18081, 18082], 18083, 18084, 18085
# What may happen to a request, by service. Everything else is a failure of ours.
ALLOWED = {
    "steady": {"none", "origin_cut_body"},
    "shaky": {"none", "origin_refused", "origin_reset", "origin_timeout", "origin_cut_body", "origin_bad_answer",
              "origin_connect_timeout", "no_endpoint", "overloaded"},
    "echo": {"none"},
}
CONFIGURATION = """
workers: 2
tls: {{ certificates: [ {{ certificate: site.pem, key: site.key }} ] }}
services:
  steady:
    endpoints: [ "127.0.0.1:18081", "127.0.0.1:18082", "127.0.0.1:18083" ]
  shaky: {{ endpoints: [ "127.0.0.1:18084" ], response_timeout: 1s }}
  echo: {{ endpoints: [ "127.0.0.1:18085" ] }}
routes:
  - host: shop.test
    service: steady
    retry: {{ attempts: 2, when: [ connect, reset, timeout, "502", "503", "504" ] }}
    answer_headers: {{ set: {{ X-Version: "{version}" }} }}
  - {{ host: shop.test, path: /shaky, service: shaky }}
  - {{ host: shop.test, path: /echo, service: echo }}
limits: {{ connections_per_second: "off", requests_per_second: "off" }}
timeouts: {{ shutdown: 5s }}
log: {{ access: access.ndjson }}
admin: {{ socket: admin.sock }}
"""


class Shaky(threading.Thread):
    """An endpoint of one thread a connection that does something else with each request."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", SHAKY), backlog=512)

    def run(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(60)
            try:
                while b"\r\n\r\n" in connection.recv(65536):
                    kind = random.choice(["ok", "ok", "ok", "500", "503", "reset", "hang", "cut", "garbage", "silent"])
                    if kind == "ok":
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    elif kind in ("500", "503"):
                        connection.sendall(b"HTTP/1.1 %s No\r\nContent-Length: 0\r\n\r\n" % kind.encode())
                    elif kind == "reset":
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                        return
                    elif kind == "hang":
                        time.sleep(2)
                        return
                    elif kind == "cut":
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                        return
                    elif kind == "garbage":
                        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
                        return
                    else:
                        return
            except OSError:
                pass


class Soak:
    def __init__(self, folder: Path, proxy: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.versions = 0
        self.over = threading.Event()
        self.tallies = collections.Counter()
        self.issue()
        self.configure()
        self.processes = [self.origin(port) for port in GOOD]
        self.dying = self.origin(DYING)
        Shaky().start()
        self.processes.append(subprocess.Popen([sys.executable, str(ROOT / "tests/scenarios/websocket_peer.py"), "serve",
                                                str(ECHO)], stdout=subprocess.DEVNULL))
        self.proxy = subprocess.Popen([str(proxy), "--config", str(folder / "portcullis.yaml"), "--allow-root"],
                                      stderr=(folder / "proxy.log").open("wb"))
        self.until_ready()

    def issue(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout",
             "site.key", "-out", "site.pem", "-days", "2", "-subj", "/CN=shop.test", "-addext",
             "subjectAltName=DNS:shop.test"], cwd=self.folder, check=True, capture_output=True)

    def configure(self) -> None:
        self.versions += 1
        (self.folder / "portcullis.yaml").write_text(CONFIGURATION.format(version=self.versions))

    def origin(self, port: int) -> subprocess.Popen:
        file = self.folder / f"origin-{port}.conf"
        file.write_text(f"daemon off; user root; worker_processes 1; pid {self.folder}/{port}.pid; error_log stderr crit;\n"
                        "events { worker_connections 4096; }\n"
                        "http { access_log off; " +
                        " ".join(f"{kind}_temp_path {self.folder}/{port}-{kind};"
                                 for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) +
                        f" client_max_body_size 10m; server {{ listen 127.0.0.1:{port} backlog=1024; root {self.folder};"
                        " location / { return 200 ok; } location /large { alias " + str(self.folder) + "/large; } } }\n")
        (self.folder / "large").write_bytes(b"x" * (1 << 20))
        return subprocess.Popen(["nginx", "-c", str(file), "-e", "stderr"], stderr=subprocess.DEVNULL)

    def until_ready(self) -> None:
        for _ in range(200):
            if "server: ready" in (self.folder / "proxy.log").read_text():
                return
            time.sleep(0.05)
        raise Failed("the proxy did not start:\n" + (self.folder / "proxy.log").read_text())

    # Traffic. Every client of ours trusts whatever certificate there is at the moment.

    def load(self, command: list[str]) -> None:
        while not self.over.is_set():
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def chat(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

        async def talk() -> None:
            async with websockets.connect("wss://shop.test/echo", host="127.0.0.1", port=443, ssl=context,
                                          server_hostname="shop.test") as connection:
                while not self.over.is_set():
                    await connection.send("hello")
                    assert await connection.recv() == "hello"
                    self.tallies["messages"] += 1
                    await asyncio.sleep(0.1)

        while not self.over.is_set():
            try:
                asyncio.run(talk())
            except Exception as error:  # whatever it is, the WebSocket did not live to the end
                self.tallies[f"WebSocket lost: {error!r}"] += 1

    def start_traffic(self) -> list[threading.Thread]:
        to = "--connect-to=127.0.0.1:443"
        curl = ["curl", "--insecure", "--silent", "--connect-to", "::127.0.0.1:443", "--output", "/dev/null"]
        commands = [
            ["h2load", "-n3000", "-c8", "-m5", "--rps=20", to, "https://shop.test/"],
            ["h2load", "--h1", "-n1500", "-c8", "--rps=20", to, "https://shop.test/"],
            ["h2load", "-n30", "-c2", "-m2", "--rps=5", to, "https://shop.test/large"],
            ["h2load", "-n200", "-c4", "-m2", "--rps=5", to, "https://shop.test/shaky"],
            [*curl, "--http1.1", "--data-binary", "@" + str(self.folder / "large"), "https://shop.test/"],
            [*curl, "--http2", "--data-binary", "@" + str(self.folder / "large"), "https://shop.test/"],
            [*curl, "--http1.1", "https://shop.test/shaky?[1-20]"],
        ]
        threads = [threading.Thread(target=self.load, args=(command,)) for command in commands]
        threads += [threading.Thread(target=self.chat) for _ in range(5)]
        for thread in threads:
            thread.start()
        return threads

    # Disturbances.

    def disturb(self) -> str:
        kind = self.random.choice(["kill", "stop", "reload", "reload", "certificate", "broken reload"])
        if kind == "kill":
            self.dying.kill()
            self.dying.wait()
            self.over.wait(self.random.uniform(0, 5))
            self.dying = self.origin(DYING)
        elif kind == "stop":
            self.dying.send_signal(signal.SIGQUIT)  # nginx finishes what is under way
            self.dying.wait()
            self.over.wait(self.random.uniform(0, 2))
            self.dying = self.origin(DYING)
        else:
            if kind == "certificate":
                self.issue()
            self.configure()
            if kind == "broken reload":
                (self.folder / "portcullis.yaml").write_text("routes: [ { host: } ]")
            self.proxy.send_signal(signal.SIGHUP)
        self.tallies[kind] += 1
        return kind

    # What is left.

    def facts(self) -> tuple[int, int]:
        """MiB resident and descriptors open."""
        status = Path(f"/proc/{self.proxy.pid}/status").read_text()
        resident = int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) // 1024
        return resident, len(list(Path(f"/proc/{self.proxy.pid}/fd").iterdir()))

    def verdict(self) -> list[str]:
        """One line for each kind of failure that no rule allows."""
        wrong = collections.Counter()
        for line in (self.folder / "access.ndjson").open():
            entry = json.loads(line)
            fault = entry.get("fault") or "none"
            self.tallies[f"{entry.get('service') or '-'} {entry['status']} {fault}"] += 1
            service = entry.get("service") or "-"
            # A client that ends in the middle of its load is nobody's failure.
            once = service == "steady" and entry["method"] == "POST" and fault == "origin_reset"
            allowed = fault in ALLOWED.get(service, set()) and (service == "shaky" or entry["status"] in (101, 200))
            if fault != "client_gone" and not once and not allowed:
                wrong[f"{service}: {entry['status']} {fault}"] += 1
        return [f"{count} times {what}" for what, count in wrong.items()]

    def stop(self) -> None:
        for process in [self.proxy, self.dying, *self.processes]:
            if process.poll() is None:
                process.terminate()
                process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proxy", type=Path, default=ROOT / "build/release/portcullis-proxy")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    enter_own_network()
    with tempfile.TemporaryDirectory(prefix="portcullis-soak-") as folder:
        soak = Soak(Path(folder), options.proxy.resolve(), options.seed)
        try:
            threads = soak.start_traffic()
            end = time.monotonic() + options.minutes * 60
            settled = time.monotonic() + min(60, options.minutes * 20)
            before = None
            while time.monotonic() < end:
                soak.over.wait(soak.random.uniform(0.5, 4))
                show(f"{end - time.monotonic():.0f} s left: {soak.disturb()}, {soak.facts()[0]} MiB")
                if before is None and time.monotonic() > settled:
                    before = soak.facts()
            soak.over.set()
            for thread in threads:
                thread.join()
            time.sleep(3)
            after = soak.facts()
            wrong = soak.verdict()
        finally:
            soak.stop()
        show("")
        for what, count in sorted(soak.tallies.items()):
            print(f"{count:9}  {what}")
        print(f"memory {before[0]} MiB after the first minute, {after[0]} at the end; descriptors {before[1]}, {after[1]}")
        lost = [what for what in soak.tallies if what.startswith("WebSocket lost")]
        if wrong or lost:
            raise Failed("what no rule allows: " + "; ".join(wrong + lost))


if __name__ == "__main__":
    try:
        main()
    except Failed as reason:
        sys.exit(f"soak: {reason}")
    except KeyboardInterrupt:
        sys.exit("soak: interrupted")
