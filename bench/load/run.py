#!/usr/bin/env python3
"""Compares portcullis-proxy with nginx and haproxy: same run, same certificate, same origin, one worker each.

Each round starts each product anew and gives it the same work; the table shows medians over the rounds. The proxy is
pinned to processor 0, the origin and the load to processor 1, all in a network namespace of their own.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from products import PRODUCTS, Bench, Failed, show
from work import WORKS, Amount, Work

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bench"))
from own_network import enter_own_network  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proxy", type=Path, default=ROOT / "build/release/portcullis-proxy",
                        help="the portcullis-proxy to measure (default: that of the release preset)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of load per product, work and round")
    parser.add_argument("--only", nargs="+", choices=[work.name for work in WORKS], help="these works only")
    parser.add_argument("--products", nargs="+", choices=PRODUCTS, default=PRODUCTS)
    parser.add_argument("--record", action="store_true", help="append the result to bench/history.ndjson")
    parser.add_argument("--smoke", action="store_true", help="a few seconds, to see that everything still works")
    return parser.parse_args()


def measure(bench: Bench, works: list[Work], products: list[str], rounds: int, amount: Amount) -> dict:
    values = {work.name: {product: [] for product in products} for work in works}
    for number in range(rounds):
        for work in works:
            for name in products:
                show(f"round {number + 1} of {rounds}: {work.title}, {name}")
                with bench.start(name) as product:
                    values[work.name][name].append(work.measure(bench, product, amount))
    show("")
    return values


def table(works: list[Work], products: list[str], values: dict) -> str:
    """Medians, their spread over the rounds in brackets, and portcullis as a part of each of the others."""
    peers = [name for name in products if name != "portcullis"] if "portcullis" in products else []
    heads = ["work", "unit", *products, *(f"of {peer}" for peer in peers)]
    rows = [heads]
    for work in works:
        medians = {name: statistics.median(values[work.name][name]) for name in products}
        cells = [f"{medians[name]:.3g} [{min(values[work.name][name]):.3g}-{max(values[work.name][name]):.3g}]"
                 for name in products]
        ratios = [f"{medians['portcullis'] / medians[peer]:.2f}" if medians[peer] else "-" for peer in peers]
        rows.append([work.title, work.unit, *cells, *ratios])
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def record(bench: Bench, options: argparse.Namespace, values: dict) -> None:
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True,
                            check=False).stdout.strip()
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    entry = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": commit,
        "machine": {"processor": model, "processors": os.cpu_count(), "kernel": platform.release()},
        "versions": {name: bench.version(name) for name in options.products},
        "rounds": options.rounds,
        "seconds": options.seconds,
        "values": {work.name: {"unit": work.unit} | {
            name: {"median": round(statistics.median(of), 4), "min": round(min(of), 4), "max": round(max(of), 4)}
            for name, of in values[work.name].items()} for work in WORKS if work.name in values},
    }
    with (ROOT / "bench/history.ndjson").open("a") as history:
        history.write(json.dumps(entry) + "\n")


def main() -> None:
    options = arguments()
    if "portcullis" in options.products and not options.proxy.exists():
        raise Failed(f"{options.proxy} does not exist; build it: cmake --preset release && cmake --build --preset "
                     "release --target portcullis-proxy, or name another with --proxy")
    enter_own_network()
    amount = Amount(seconds=options.seconds, handshakes=400 * options.seconds, connections=2000)
    if options.smoke:
        options.rounds, amount = 1, Amount(seconds=1, handshakes=20, connections=50)
    works = [work for work in WORKS if options.only is None or work.name in options.only]
    pin = (os.cpu_count() or 1) > 1
    if not pin:
        print("one processor only: proxy, origin and load share it", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="portcullis-bench-") as folder:
        bench = Bench(Path(folder), options.proxy.resolve(), pin)
        with bench.start_origin():
            values = measure(bench, works, options.products, options.rounds, amount)
        print(table(works, options.products, values))
        if options.record:
            record(bench, options, values)


if __name__ == "__main__":
    try:
        main()
    except Failed as reason:
        sys.exit(f"bench: {reason}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")
