#!/usr/bin/python3
"""Real dockerd in network namespaces, a swarm, and what happens in it while clients watch from outside.

Ends with a table of what was expected and seen, and with 1 when an expectation was missed. Without root or dockerd it
ends with 77, which ctest shows as skipped, or with 1 when CI=true.
"""

import argparse
import asyncio
import os
import resource
import shutil
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUILT = {"proxy": "portcullis-proxy", "discovery": "portcullis-discovery", "firewall": "portcullis-firewall",
         "backend": "swarm_backend"}
sys.path.append(str(ROOT / "bench"))
import leftovers  # noqa: E402
from command import Failed  # noqa: E402
from edge import Edge, Programs  # noqa: E402
from own_network import enter_own_network  # noqa: E402
from report import Report  # noqa: E402
from scene import Scene  # noqa: E402
from stories import STORIES  # noqa: E402
from swarm import Swarm  # noqa: E402

SKIPPED = 77


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build/dev", help="where the programs are, if not named:")
    for name, file in BUILT.items():
        parser.add_argument(f"--{name}", type=Path, help=f"BUILD/{file}")
    parser.add_argument("--nodes", type=int, choices=[1, 3], default=3, help="all of them managers")
    parser.add_argument("--updates", type=int, help="100 unless in the smallest lab")
    parser.add_argument("--only", choices=STORIES, action="append", metavar="NAME", help=", ".join(STORIES))
    parser.add_argument("--smoke", action="store_true", help="the smallest lab: one node, the stories that are short")
    parser.add_argument("--keep-logs", type=Path, metavar="FOLDER", help="what the programs said, and were told")
    options = parser.parse_args()
    for name, file in BUILT.items():
        setattr(options, name, (getattr(options, name) or options.build / file).resolve())
    options.nodes = 1 if options.smoke else options.nodes
    options.updates = options.updates or (2 if options.smoke else 100)
    return options


def obstacle() -> str | None:
    if os.geteuid() != 0:
        return "dockerd needs root"
    missing = [program for program in ("dockerd", "docker", "nsenter", "ip") if shutil.which(program) is None]
    return f"there is no {' and no '.join(missing)}" if missing else None


def chosen(options: argparse.Namespace) -> list[str]:
    return [name for name, story in STORIES.items()
            if (name in options.only if options.only else story.smoke or not options.smoke)
            and story.nodes <= options.nodes]


def needs_programs(options: argparse.Namespace) -> bool:
    return not all(STORIES[name].alone for name in chosen(options))


def require(options: argparse.Namespace) -> None:
    for name, file in BUILT.items():
        path = getattr(options, name)
        if (name == "backend" or needs_programs(options)) and not path.exists():
            raise Failed(f"{path} does not exist; build it, or name another {file} with --{name}")


async def tell(options: argparse.Namespace, swarm: Swarm, report: Report) -> None:
    programs = Programs(options.proxy, options.discovery, options.firewall)
    edge = Edge(swarm, programs) if needs_programs(options) else None
    scene = Scene(swarm, edge, report, options.smoke, options.updates)
    try:
        if edge:
            await edge.up()
        for name in chosen(options):
            begun = time.monotonic()
            print(name, flush=True)
            try:
                await STORIES[name].tell(scene)
            except Failed as reason:
                report.expect(name, "told to its end", False, reason, "yes")
            print(f"  {time.monotonic() - begun:.0f} s", flush=True)
    finally:
        if edge:
            await edge.down()
            edge.judge(report)
            if options.keep_logs:
                keep_logs(swarm.folder, options.keep_logs)


def keep_logs(folder: Path, target: Path) -> None:
    for pattern in ("*.log", "*.yaml"):
        for path in folder.glob(f"*/{pattern}"):
            copy = target / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)


async def run(options: argparse.Namespace) -> bool:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asyncio.current_task().cancel)
    report = Report()
    begun = time.monotonic()
    leftovers.sweep(ours=False)
    swarm = Swarm(options.nodes, options.backend)
    try:
        await swarm.up()
        print(f"{len(swarm.nodes)} nodes after {time.monotonic() - begun:.1f} s", flush=True)
        await tell(options, swarm, report)
    finally:
        await swarm.down()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"\n{report.table()}\n\n{time.monotonic() - begun:.0f} s, of which the clients took "
          f"{used.ru_utime + used.ru_stime:.0f} s of a processor")
    return report.good


def main() -> None:
    options = arguments()
    if reason := obstacle():
        print(f"SKIPPED: {reason}")
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    require(options)
    enter_own_network()
    sys.exit(0 if asyncio.run(run(options)) else 1)


if __name__ == "__main__":
    try:
        main()
    except Failed as reason:
        sys.exit(f"swarm lab: {reason}")
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit("swarm lab: interrupted")
