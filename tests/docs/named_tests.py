"""The tests that pages name."""

import ast
from functools import cache
from pathlib import Path


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
