"""Shows what GET /status on the proxy's admin socket says, once a second: in place on a terminal, else line by line."""

import http.client
import json
import socket
import sys
import time


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("admin", timeout=5)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def status(path: str) -> dict:
    connection = UnixConnection(path)
    try:
        connection.request("GET", "/status")
        return json.load(connection.getresponse())
    finally:
        connection.close()


def line(now: dict, before: dict, seconds: float) -> str:
    rate = (now["requests_total"] - before["requests_total"]) / seconds
    faults = ", ".join(f"{count} {name}" for name, count in now["faults"].items() if count)
    return (f"{now['connections_open']} connections open, {now['requests_total']} requests, "
            f"{rate:.0f} requests/s, faults: {faults or 'none'}")


def main(path: str) -> None:
    # A carriage return and "erase to the end of the line" keep it on one line of a terminal.
    opening, closing = ("\r\x1b[K", "") if sys.stdout.isatty() else ("", "\n")
    before, seen = status(path), time.monotonic()
    while True:
        time.sleep(1)
        now, then, seen = status(path), seen, time.monotonic()
        print(opening + line(now, before, seen - then), end=closing, flush=True)
        before = now


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except (OSError, KeyError, ValueError) as error:
        sys.exit(f"the proxy's admin socket no longer answers: {error!r}")
