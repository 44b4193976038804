"""A network namespace for a whole benchmark: port 443 is free, and the machine is out of reach."""

import os
import sys

INSIDE = "PORTCULLIS_BENCH_INSIDE"  # set once the process runs in its own network namespace


def enter_own_network() -> None:
    """Starts this program again in one."""
    if os.environ.get(INSIDE):
        return
    os.environ[INSIDE] = "yes"
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    script = 'ip link set lo up && exec "$@"'
    os.execvp("unshare", ["unshare", *as_root, "--net", "sh", "-c", script, "sh", sys.executable, *sys.argv])
