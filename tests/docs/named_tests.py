"""The tests that pages name."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.processes import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")


def check_named(what: str, tests: str) -> None:
    """See that a cell of a table names tests, nothing else, and that each is there."""
    named = NAMED.findall(tests)
    assert named, what
    assert len(named) == tests.count("`") // 2, what
    for module, test in named:
        assert (ROOT / module).is_file(), module
        assert test in named_in(ROOT / module), f"{module}::{test}"


@cache
def named_in(path: Path) -> frozenset[str]:
    """Return the names of a module's tests: `test_…`, or `Test…::test_…` within a class."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
            found |= {f"{node.name}::{each.name}" for each in methods}
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))
