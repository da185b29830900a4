"""The parts of a page that a command writes: each stands between two marks that bear its name."""

import re
from pathlib import Path


def marks(name: str) -> tuple[str, str]:
    """Return the lines before and after a part."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def put(page: Path, name: str, text: str) -> None:
    """Write a part of a page anew: `text` is whole lines."""
    begin, end = marks(name)
    pattern = re.compile(f"{re.escape(begin)}\n.*?{re.escape(end)}", re.DOTALL)
    before = page.read_text(encoding="utf-8")
    page.write_text(pattern.sub(lambda _: f"{begin}\n{text}{end}", before), encoding="utf-8")
