"""What the proxies are asked to do. Each work drives one running product and gives a cost per unit of work."""

import re
import resource
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from products import Bench, Failed, Product


@dataclass(frozen=True)
class Amount:
    seconds: int        # of load by wrk, after one to warm up
    handshakes: int     # full ones
    connections: int    # idle ones held open


@dataclass(frozen=True)
class Work:
    name: str           # for --only and the history
    title: str
    unit: str
    measure: Callable[[Bench, Product, Amount], float]


def checked(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def wrk(bench: Bench, seconds: int, connections: int, path: str, *options: str) -> int:
    """Requests answered. An error, or an answer other than 200, ends the benchmark: it would count as cheap work."""
    said = checked(bench.pinned(1, ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", *options,
                                    f"https://localhost/{path}"]))
    if "Socket errors" in said or "Non-2xx" in said:
        raise Failed(f"wrk saw errors at /{path}:\n{said}")
    return int(re.search(r"(\d+) requests in", said).group(1))


def cpu_per_request(path: str, connections: int, *options: str, scale: float) -> Callable:
    def measure(bench: Bench, product: Product, amount: Amount) -> float:
        if amount.seconds > 1:
            wrk(bench, 1, connections, path, *options)  # what happens once is not part of the cost
        before = product.cpu_seconds()
        requests = wrk(bench, amount.seconds, connections, path, *options)
        return (product.cpu_seconds() - before) / requests * scale
    return measure


def h2load(bench: Bench, requests: int, path: str) -> None:
    """Ten connections of HTTP/2 with ten requests under way on each."""
    said = checked(bench.pinned(1, ["h2load", "-t1", "-c10", "-m10", f"-n{requests}", f"https://localhost/{path}"]))
    if f"{requests} succeeded, 0 failed" not in said or f"{requests} 2xx" not in said:
        raise Failed(f"h2load saw errors at /{path}:\n{said}")


def cpu_per_h2_request(path: str, requests_per_second: int) -> Callable:
    """h2load's own -D counts what it has begun as well, so the number of requests is given."""
    def measure(bench: Bench, product: Product, amount: Amount) -> float:
        requests = requests_per_second * amount.seconds // 100 * 100
        h2load(bench, requests // 10 // 100 * 100 or 100, path)  # what happens once is not part of the cost
        before = product.cpu_seconds()
        h2load(bench, requests, path)
        return (product.cpu_seconds() - before) / requests * 1e6
    return measure


def full_handshakes(bench: Bench, product: Product, amount: Amount) -> float:
    """h2load opens every connection anew, without a session to resume, and asks one thing on it."""
    at_once = min(100, amount.handshakes)
    before, done = product.cpu_seconds(), 0
    while done < amount.handshakes:
        said = checked(bench.pinned(1, ["h2load", "--h1", f"-n{at_once}", f"-c{at_once}", "https://localhost/small"]))
        if f"{at_once} succeeded" not in said:
            raise Failed(f"h2load saw errors:\n{said}")
        done += at_once
    return (product.cpu_seconds() - before) / done * 1e6


def idle_memory(one: Callable) -> Callable:
    """What connections that have each done one request keep resident until the next one."""
    def measure(bench: Bench, product: Product, amount: Amount) -> float:
        del bench
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = amount.connections + 100
        if hard < wanted:
            raise Failed(f"{amount.connections} connections need ulimit -n {wanted}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
        held = [one(context) for _ in range(min(20, amount.connections))]  # what is allocated once is not counted
        before = product.resident_bytes()
        held += [one(context) for _ in range(amount.connections)]
        time.sleep(0.2)
        grown = product.resident_bytes() - before
        for connection in held:
            connection.close()
        return grown / amount.connections / 1024
    return measure


def one_request(context: ssl.SSLContext) -> ssl.SSLSocket:
    raw = socket.create_connection(("127.0.0.1", 443), timeout=20)
    connection = context.wrap_socket(raw, server_hostname="localhost")
    connection.sendall(b"GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = b""
    while not answer.endswith(b"x" * 128):
        piece = connection.recv(65536)
        if not piece:
            raise Failed(f"a connection ended after {answer!r}")
        answer += piece
    return connection


def one_h2_request(context: ssl.SSLContext) -> ssl.SSLSocket:
    """By frames made by hand: preface, SETTINGS, and GET /small on stream 1 (RFC 7541's static table)."""
    context.set_alpn_protocols(["h2"])
    raw = socket.create_connection(("127.0.0.1", 443), timeout=20)
    connection = context.wrap_socket(raw, server_hostname="localhost")
    block = b"\x82\x87\x04\x06/small\x01\x09localhost"
    settings, acknowledged = b"\0\0\0\x04\0\0\0\0\0", b"\0\0\0\x04\x01\0\0\0\0"
    head = bytes([0, 0, len(block), 1, 5, 0, 0, 0, 1])
    connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings + acknowledged + head + block)
    answer = b""
    while b"x" * 128 not in answer:
        piece = connection.recv(65536)
        if not piece:
            raise Failed(f"a connection ended after {answer!r}")
        answer += piece
    return connection


WORKS = [
    Work("small", "HTTPS keep-alive, 128-byte answers", "us CPU/request",
         cpu_per_request("small", 50, scale=1e6)),
    Work("handshake", "full handshake + 1 request + close", "us CPU/connection", full_handshakes),
    Work("resumed", "resumed handshake + 1 request + close", "us CPU/connection",
         cpu_per_request("small", 20, "-H", "Connection: close", scale=1e6)),
    Work("16k", "HTTPS keep-alive, 16 KiB answers", "us CPU/request", cpu_per_request("16k", 50, scale=1e6)),
    Work("1m", "HTTPS keep-alive, 1 MiB answers", "ms CPU/MiB", cpu_per_request("1m", 10, scale=1e3)),
    Work("h2_small", "HTTP/2, 10 streams, 128-byte answers", "us CPU/request", cpu_per_h2_request("small", 20_000)),
    Work("h2_16k", "HTTP/2, 10 streams, 16 KiB answers", "us CPU/request", cpu_per_h2_request("16k", 10_000)),
    Work("idle", "idle TLS connection, resident memory", "KiB/connection", idle_memory(one_request)),
    Work("h2_idle", "idle HTTP/2 connection, resident memory", "KiB/connection", idle_memory(one_h2_request)),
]
