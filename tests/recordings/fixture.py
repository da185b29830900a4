"""One fixture: what a block was given, said to ReturnGO, was answered and showed; as a file."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import simplejson

from tests.processes import ROOT
from tests.recordings.exchanges import Exchange

FOLDER = ROOT / "tests/fixtures"
WIDTH = 100
# What ReturnGO sent is there to be looked up, not to be read line by line.
WIDE = 180
SENT = {"headers", "answer", "raw"}


@dataclass(frozen=True)
class Fixture:
    """The contract of one block, by example."""

    block: str
    given: dict[str, Any]
    exchanges: list[Exchange]
    shown: Any

    def text(self) -> str:
        """Write it as JSON, in the order in which it came, for people to read."""
        return f"{_pretty(asdict(self))}\n"


def path_of(key: str) -> Path:
    """Return the file of a block's fixture."""
    return FOLDER / f"{key}.json"


def read(key: str) -> Fixture:
    """Read a block's fixture."""
    text = path_of(key).read_text(encoding="utf-8")
    return Fixture(**simplejson.loads(text, use_decimal=True))


def _pretty(value: Any, margin: str = "", used: int = 0, width: int = WIDTH) -> str:
    """Write JSON: what fits on a line stands on one. `used` are the characters before it."""
    line = simplejson.dumps(value, use_decimal=True, ensure_ascii=False)
    if not isinstance(value, dict | list) or used + len(line) < width:
        return line
    inner = f"{margin}  "
    if isinstance(value, list):
        return _enclosed("[]", margin, [inner + _pretty(each, inner, 0, width) for each in value])
    members = []
    for name, each in value.items():
        start = f"{inner}{simplejson.dumps(name)}: "
        members.append(start + _pretty(each, inner, len(start), WIDE if name in SENT else width))
    return _enclosed("{}", margin, members)


def _enclosed(brackets: str, margin: str, lines: list[str]) -> str:
    return "\n".join([brackets[0], ",\n".join(lines), margin + brackets[1]])
