"""Taking a protection away in a copy of the tree, and seeing whether its tests notice."""

import os
import subprocess
import sys
from itertools import count
from pathlib import Path
from xml.etree import ElementTree

from tests.protections.page import named_by
from tests.protections.removal import Removal

HELD, NOT_HELD, BROKEN = "held", "NOT HELD", "BROKEN"
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
    written = tree / "protections.xml"
    written.unlink(missing_ok=True)
    tests = named_by(removal.claim, removal.tests)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", f"--junitxml={written}"]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=tree,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    if not written.is_file():
        return f"{BROKEN}: pytest did not come to its end"
    cases = ElementTree.parse(written).getroot().iter("testcase")
    said: dict[str, list[ElementTree.Element]] = {name: [] for name in removal.tests}
    ran = set()
    for case in cases:
        name = case.get("name", "").partition("[")[0]
        if name in said:
            said[name] += [*case]
            if case.find("skipped") is None:
                ran.add(name)
    if missing := [name for name in removal.tests if name not in ran]:
        return f"{BROKEN}: {', '.join(missing)} did not run"
    failed = {
        name
        for name, told in said.items()
        if any(
            each.tag == "failure" and not each.get("message", "").startswith(NO_PROGRAM)
            for each in told
        )
    }
    others = [name for name in removal.tests if name not in failed]
    if errors := [name for name in others if said[name]]:
        return f"{BROKEN}: {', '.join(errors)} did not come to its question"
    return f"{NOT_HELD}: {', '.join(others)} passed" if others else HELD
