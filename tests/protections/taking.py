"""Taking a protection away in a copy of the tree, and seeing whether its tests notice."""

import os
import subprocess
import sys
from itertools import count
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.protections.page import named_by
from tests.protections.removal import Removal

HELD, NOT_HELD, BROKEN = "held", "NOT HELD", "BROKEN"
PASSED, FAILED = "passed", "failed"
SECONDS = 600
# What a change that is no program, or a test that does not begin, fails with.
NO_PROGRAM = ("SyntaxError", "IndentationError", "ImportError", "ModuleNotFoundError", "NameError")
_ticks = count(1)


def take_away(removal: Removal, tree: Path) -> str:
    """Return what came of it: `held`, `NOT HELD` or `BROKEN`, with the names that are to blame."""
    file = tree / removal.file
    before = file.read_text(encoding="utf-8")
    if before.count(removal.text) != 1:
        return f"{BROKEN}: the text stands {before.count(removal.text)} times in the file"
    if removal.command and _ends(removal, tree) != 0:
        return f"{BROKEN}: {' '.join(removal.command)} fails without any change"
    _put(file, before.replace(removal.text, removal.instead))
    try:
        if removal.command:
            return HELD if _ends(removal, tree) == 1 else NOT_HELD
        return _verdict(removal, tree)
    finally:
        _put(file, before)


def _put(file: Path, text: str) -> None:
    """Write a file whose compiled form of before is old, however soon after it comes."""
    file.write_text(text, encoding="utf-8")
    at = file.stat().st_mtime + next(_ticks)
    os.utime(file, (at, at))


def _ends(removal: Removal, tree: Path) -> int:
    program = Path(sys.executable).parent / removal.command[0]
    command = [str(program), *removal.command[1:]]
    return subprocess.run(
        command, cwd=tree, capture_output=True, timeout=SECONDS, check=False
    ).returncode


def _verdict(removal: Removal, tree: Path) -> str:
    """Run each test by itself, up to its first failure: the rest of its cases add nothing."""
    passed = []
    for name, test in zip(removal.tests, named_by(removal.claim, removal.tests), strict=True):
        trouble = _outcome(test, tree)
        if trouble == PASSED:
            passed.append(name)
        elif trouble != FAILED:
            return f"{BROKEN}: {name} {trouble}"
    return f"{NOT_HELD}: {', '.join(passed)} passed" if passed else HELD


def _outcome(test: str, tree: Path) -> str:
    """Return whether a test passed or failed, or else why nobody can tell."""
    written = tree / "protections.xml"
    written.unlink(missing_ok=True)
    options = ["-q", "-x", "-p", "no:cacheprovider", f"--junitxml={written}"]
    try:
        subprocess.run(
            [sys.executable, "-m", "pytest", *options, test],
            cwd=tree,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"took more than {SECONDS} seconds"
    if not written.is_file():
        return "was not run by pytest"
    cases = [*ET.parse(written).getroot().iter("testcase")]
    failures = [each.get("message", "") for case in cases for each in case.iter("failure")]
    if any(not each.startswith(NO_PROGRAM) for each in failures):
        return FAILED
    if failures or any(case.find("error") is not None for case in cases):
        return "did not come to its question"
    return PASSED if any(case.find("skipped") is None for case in cases) else "was skipped"
