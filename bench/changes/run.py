#!/usr/bin/python3
"""Changes everything while clients watch: configurations, certificates and the program itself, under a steady load.

Ends with 1 when any request failed, or any WebSocket was closed but those of an old process at its deadline.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from door import HOSTS, Door, Failed

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bench"))
from clients.http1 import http1  # noqa: E402
from clients.http2 import http2  # noqa: E402
from clients.pace import Pace  # noqa: E402
from clients.tally import Tally  # noqa: E402
from clients.target import Target, context_for  # noqa: E402
from clients.websocket import WebSockets  # noqa: E402
from own_network import enter_own_network  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proxy", type=Path, default=ROOT / "build/release/portcullis-proxy")
    parser.add_argument("--changes", type=int, default=1000, help="of the configuration")
    parser.add_argument("--certificates", type=int, default=50, help="changed under their paths")
    parser.add_argument("--upgrades", type=int, default=5)
    parser.add_argument("--rate", type=int, default=1000, help="requests a second, 2/3 of them HTTP/1.1")
    parser.add_argument("--websockets", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=200, help="that the changes are spread over")
    parser.add_argument("--deadline", type=int, default=30, help="timeouts.shutdown, in seconds")
    return parser.parse_args()


async def change_everything(door: Door, options: argparse.Namespace) -> dict[str, list[float]]:
    """The seconds that each change took, by kind."""
    plan = []
    for kind, count in (("change", options.changes), ("certificate", options.certificates),
                        ("upgrade", options.upgrades)):
        plan += [((i + 0.5) / count, kind, i) for i in range(count)]
    loop = asyncio.get_running_loop()
    begun = loop.time()
    took: dict[str, list[float]] = {"change": [], "certificate": [], "upgrade": []}
    for when, kind, i in sorted(plan):
        await asyncio.sleep(max(0.0, begun + when * options.seconds - loop.time()))
        if kind == "upgrade":
            took[kind].append(await door.upgrade())
            continue
        if kind == "change":
            door.write()
        else:
            await loop.run_in_executor(None, door.issue, HOSTS[i % len(HOSTS)])
        took[kind].append(await door.reload())
    return took


def milliseconds(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    of = lambda part: f"{1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]:.1f}"
    return f"median {1000 * statistics.median(ordered):.1f}, 99 % {of(0.99)}, all {of(1)} ms"


def report(door: Door, took: dict[str, list[float]], tallies: dict[str, Tally], sockets: WebSockets,
           statuses: list[int]) -> bool:
    unexpected = [times for times in sockets.closed if not door.excused(times.opened, times.closed)]
    for kind, seconds in took.items():
        print(f"{kind:12} {len(seconds):6}  until the log says so: {milliseconds(seconds)}")
    good = not unexpected and not sockets.failures and sockets.echoes > 0
    for kind, tally in tallies.items():
        failed = sum(tally.failures.values())
        good = good and failed == 0 and tally.answered > 0
        print(f"{kind:12} {tally.answered:6} requests answered, {failed} failed; {milliseconds(tally.seconds)}")
        for what, count in tally.failures.items():
            print(f"    {count} {what}")
    print(f"websockets   {sockets.opened:6} opened, {sockets.echoes} echoes; closed by the proxy: {len(unexpected)}, "
          f"at an old process's deadline: {len(sockets.closed) - len(unexpected)}")
    for what, count in sockets.failures.items():
        print(f"    {count} {what}")
    print(f"processes    {len(statuses):6}  wait statuses {statuses}")
    return good and not any(statuses)


async def run(options: argparse.Namespace, folder: Path) -> bool:
    door = Door(folder, options.proxy.resolve(), options.deadline)
    over = asyncio.Event()
    tallies = {"http1": Tally(), "http2": Tally()}
    sockets = WebSockets()
    await door.start()
    try:
        contexts = {kind: context_for(str(folder / "ca.pem"), kind) for kind in ("http/1.1", "h2")}
        pairs = max(1, options.rate // 50)  # connections of each kind; those of one host are every other one
        clients = []
        for i in range(pairs):
            host = HOSTS[i % len(HOSTS)]
            clients.append(http1(Target(host, contexts["http/1.1"]), Pace(options.rate * 2 / 3 / pairs, over),
                                 tallies["http1"]))
            clients.append(http2(Target(host, contexts["h2"]), Pace(options.rate / 3 / pairs, over),
                                 tallies["http2"]))
        clients += [sockets.run(Target("steady.test", contexts["http/1.1"]), Pace(2, over))
                    for _ in range(options.websockets)]
        tasks = [asyncio.create_task(client) for client in clients]
        took = await change_everything(door, options)
        await asyncio.sleep(1)
        over.set()
        await asyncio.gather(*tasks)
    finally:
        over.set()
        statuses = await door.stop()
    good = report(door, took, tallies, sockets, statuses)
    if not good:
        print(door.log()[-8000:], file=sys.stderr)
    return good


def main() -> None:
    options = arguments()
    if not options.proxy.exists():
        raise Failed(f"{options.proxy} does not exist; build it, or name another with --proxy")
    enter_own_network()
    with tempfile.TemporaryDirectory(prefix="portcullis-changes-") as folder:
        sys.exit(0 if asyncio.run(run(options, Path(folder))) else 1)


if __name__ == "__main__":
    try:
        main()
    except Failed as reason:
        sys.exit(f"changes: {reason}")
    except KeyboardInterrupt:
        sys.exit("changes: interrupted")
