#!/usr/bin/env python3
"""What attacks cost a front door and its good clients: the same attacks on portcullis-proxy, nginx and haproxy.

While an attack comes from another address, a good client at 127.0.0.2 makes a request on a new connection every 50 ms. The
table shows how many of its requests were answered, its slowest one, and the proxy's memory before and at most. The
proxy has its limits as they are by default; nginx and haproxy are set up as in bench/load.
"""

import argparse
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "bench"), str(ROOT / "bench/load")]
from own_network import enter_own_network  # noqa: E402
from products import PRODUCTS, Bench, Failed, show  # noqa: E402

ATTACKER = "127.0.0.66"
STORIES = ROOT / "tests/scenarios"


def repeated(command: list[str], times: int, seconds: int) -> list[list[str]]:
    """So many at once, each again and again until the time is up."""
    again = f'while :; do "$@" >/dev/null 2>&1; done'
    return [["timeout", str(seconds), "sh", "-c", again, "sh", *command]] * times


def attacks(bench: Bench, seconds: int) -> dict[str, list[list[str]]]:
    ca = str(bench.folder / "site.pem")

    def story(name: str, times: int = 2) -> list[list[str]]:
        return repeated([str(STORIES / "http2_peer.py"), name, ca, ATTACKER], times, seconds)

    def slow(kind: str, *more: str) -> list[list[str]]:
        return [["slowhttptest", kind, "-c", "1000", "-r", "500", "-i", "1", "-l", str(seconds), "-p", "3",
                 "-u", "https://localhost/1m", *more]]

    return {
        "none": [["sleep", str(seconds)]],
        "header bomb, zero window": story("bomb", 12),
        "rapid reset": story("rapid_reset"),
        "MadeYouReset": story("made_you_reset"),
        "CONTINUATION flood": story("continuation"),
        "SETTINGS flood": story("settings_flood"),
        "PING flood": story("ping_flood"),
        "handshake flood": repeated([str(STORIES / "connecting_peer.py"), "100000", ca, ATTACKER], 3, seconds),
        "slow header": slow("-H"),
        "slow body": slow("-B"),
        "slow read": slow("-X", "-w", "1", "-y", "2", "-n", "1", "-z", "1", "-k", "1"),
    }


class GoodClient(threading.Thread):
    def __init__(self, ca: Path) -> None:
        super().__init__()
        self.context = ssl.create_default_context(cafile=str(ca))
        self.over = threading.Event()
        self.asked = 0
        self.answered = 0
        self.slowest = 0.0

    def run(self) -> None:
        while not self.over.wait(0.05):
            begun = time.monotonic()
            self.asked += 1
            self.answered += self.ask()
            self.slowest = max(self.slowest, time.monotonic() - begun)

    def ask(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", 443), timeout=10, source_address=("127.0.0.2", 0)) as raw:
                with self.context.wrap_socket(raw, server_hostname="shop.test") as tls:
                    tls.sendall(b"GET /small HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n")
                    return tls.recv(4096).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


def besiege(bench: Bench, name: str, commands: list[list[str]]) -> list[str]:
    with bench.start(name) as product:
        before = most = product.resident_bytes()
        client = GoodClient(bench.folder / "site.pem")
        client.start()
        running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                   for command in commands]
        while any(process.poll() is None for process in running):
            most = max(most, product.resident_bytes())
            time.sleep(0.1)
        client.over.set()
        client.join()
    mib = 1 << 20
    return [f"{client.answered}/{client.asked}", f"{client.slowest * 1000:.0f}", f"{before / mib:.0f}", f"{most / mib:.0f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proxy", type=Path, default=ROOT / "build/release/portcullis-proxy")
    parser.add_argument("--seconds", type=int, default=8, help="of each attack on each product")
    parser.add_argument("--products", nargs="+", choices=PRODUCTS, default=PRODUCTS)
    parser.add_argument("--only", help="attacks whose name contains this")
    options = parser.parse_args()
    if not options.proxy.exists():
        raise Failed(f"{options.proxy} does not exist; build it: cmake --preset release && cmake --build --preset "
                     "release --target portcullis-proxy, or name another with --proxy")
    enter_own_network()
    rows = [["attack", "product", "answered", "slowest ms", "MiB before", "MiB at most"]]
    with tempfile.TemporaryDirectory(prefix="portcullis-bench-") as folder:
        # The attackers of the tests ask for shop.test.
        bench = Bench(Path(folder), options.proxy.resolve(), (os.cpu_count() or 1) > 1, "shop.test",
                      {"portcullis": Path(__file__).parent / "portcullis.conf"})
        with bench.start_origin():
            for title, commands in attacks(bench, options.seconds).items():
                if options.only and options.only not in title:
                    continue
                for name in options.products:
                    show(f"{title}: {name}")
                    rows.append([title, name, *besiege(bench, name, commands)])
    show("")
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


if __name__ == "__main__":
    try:
        main()
    except Failed as reason:
        sys.exit(f"bench: {reason}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")
