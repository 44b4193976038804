#!/usr/bin/python3
"""Real dockerd in network namespaces, a swarm, and what happens in it while clients watch from outside.

Ends with a table of what was expected and seen, and with 1 when an expectation was missed. Without root or dockerd it
ends with 77, which ctest shows as skipped, or with 1 when CI=true.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "bench"))
import leftovers  # noqa: E402
from command import Failed  # noqa: E402
from own_network import enter_own_network  # noqa: E402
from report import Report  # noqa: E402
from stories import STORIES  # noqa: E402
from swarm import Swarm  # noqa: E402

SKIPPED = 77


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", type=Path, default=ROOT / "build/dev/swarm_backend")
    parser.add_argument("--nodes", type=int, choices=[1, 3], default=3, help="all of them managers")
    parser.add_argument("--only", choices=STORIES, action="append", metavar="NAME", help=", ".join(STORIES))
    parser.add_argument("--smoke", action="store_true", help="one node")
    return parser.parse_args()


def obstacle() -> str | None:
    if os.geteuid() != 0:
        return "dockerd needs root"
    missing = [program for program in ("dockerd", "docker", "nsenter", "ip") if shutil.which(program) is None]
    return f"there is no {' and no '.join(missing)}" if missing else None


async def run(options: argparse.Namespace) -> bool:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asyncio.current_task().cancel)
    report = Report()
    begun = time.monotonic()
    leftovers.sweep(ours=False)
    swarm = Swarm(1 if options.smoke else options.nodes, options.backend)
    try:
        await swarm.up()
        print(f"{len(swarm.nodes)} nodes after {time.monotonic() - begun:.1f} s", flush=True)
        for name in options.only or STORIES:
            print(name, flush=True)
            await STORIES[name](swarm, report)
    finally:
        await swarm.down()
    print(f"\n{report.table()}\n\n{time.monotonic() - begun:.0f} s")
    return report.good


def main() -> None:
    options = arguments()
    if reason := obstacle():
        print(f"SKIPPED: {reason}")
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    if not options.backend.exists():
        raise Failed(f"{options.backend} does not exist; build it, or name another with --backend")
    enter_own_network()
    sys.exit(0 if asyncio.run(run(options)) else 1)


if __name__ == "__main__":
    try:
        main()
    except Failed as reason:
        sys.exit(f"swarm lab: {reason}")
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit("swarm lab: interrupted")
