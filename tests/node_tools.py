"""Running node with the platforms' own packages, where they are there."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.processes import ROOT
from tests.tools import missing, path_of

NODE = ROOT / "tests" / "node"
MODULES = ROOT / os.environ.get("NODE_MODULES", "tests/node/node_modules")
PATIENCE = 300  # seconds: a busy machine is slow


def node_with(package: str) -> list[str]:
    """Return the beginning of a command of node. Skips without node, or without the package."""
    program = path_of("node")
    if not (MODULES / package).exists():
        missing(f"the packages of tests/node, such as {package} (make test installs them)")
    return [program]


def script(name: str) -> Path:
    """Find a script where it finds the packages: one looks for them beside itself first."""
    if MODULES.parent == NODE:
        return NODE / name
    copied = MODULES / ".tests" / name
    copied.parent.mkdir(exist_ok=True)
    shutil.copy(NODE / name, copied)
    return copied


def node(name: str, *words: str, package: str, **environ: str) -> str:
    """Run a script of tests/node and answer what it prints. Skips without node or the package."""
    done = subprocess.run(
        [*node_with(package), str(script(name)), *words],
        env={**os.environ, "NODE_PATH": str(MODULES), **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def node_json(name: str, *words: str, package: str, **environ: str) -> Any:
    """Run a script that prints JSON on its last line, and answer that."""
    return json.loads(node(name, *words, package=package, **environ).splitlines()[-1])


def write(files: dict[str, str], folder: Path) -> Path:
    """Write an export's files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
