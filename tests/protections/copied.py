"""A copy of the source tree, as git knows it, with what is not committed yet."""

import shutil
import subprocess
from pathlib import Path

from tests.processes import ROOT
from tests.tools import path_of

NODE_MODULES = "tests/node/node_modules"


def copied(folder: Path) -> Path:
    """Copy the tree into a folder, and return that."""
    listed = subprocess.run(
        [path_of("git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    if (ROOT / NODE_MODULES).is_dir():
        (folder / NODE_MODULES).symlink_to((ROOT / NODE_MODULES).resolve())
    return folder
