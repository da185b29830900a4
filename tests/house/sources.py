"""The project's own sources, read as text and as syntax trees."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("connector", "schemas", "triggers", "actions")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    """Return a source's path from the root."""
    return path.relative_to(ROOT).as_posix()


@cache
def imports_of(path: Path) -> set[str]:
    """Return the modules that a source imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add(node.module or "")
    return names


@cache
def texts_of(path: Path) -> set[str]:
    """Collect the texts that stand in a source."""
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def is_within(name: str, packages: set[str]) -> bool:
    """Return whether a module is one of the packages, or inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)
