"""What the kernel does not remove by itself when a lab ends, however it ends: control groups and a folder. Their names
end with the number of the process that made them; when that is nobody's any more, any later lab removes them."""

import os
import re
import shutil
import tempfile
from pathlib import Path

FOLDER = "portcullis-swarm-"


def _abandoned(pid: str, ours: bool) -> bool:
    return (ours and int(pid) == os.getpid()) or not Path(f"/proc/{pid}").exists()


def make_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"{FOLDER}{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def groups(ours: bool) -> list[Path]:
    """Those that are abandoned, or with ours those of this process as well: version 1 has one for each controller."""
    root = Path("/sys/fs/cgroup")
    found = [*root.glob("portcullis-n*-*"), *root.glob("*/portcullis-n*-*")]
    return [path for path in found
            if (match := re.fullmatch(r"portcullis-n\d+-(\d+)", path.name)) and _abandoned(match[1], ours)]


def sweep(ours: bool) -> bool:
    """Whether nothing is left. A group is busy for a moment after its last process was killed."""
    for group in groups(ours):
        for folder in sorted([group, *(path for path in group.rglob("*") if path.is_dir())], reverse=True):
            try:
                folder.rmdir()
            except OSError:
                pass
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        pid = folder.name.removeprefix(FOLDER)
        if pid.isdigit() and _abandoned(pid, ours):
            shutil.rmtree(folder, ignore_errors=True)
    return not groups(ours)
