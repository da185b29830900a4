"""Nothing of the bridge is in the sandbox: it would share the bridge's mistakes."""

import ast
import sys
from pathlib import Path

import pytest

import connector.sandbox

HOME = Path(connector.sandbox.__file__).parent
LIBRARIES = {"flask", "simplejson", "werkzeug"}
ALLOWED = LIBRARIES | {"_typeshed"} | sys.stdlib_module_names
MODULES = sorted(HOME.rglob("*.py"))


def imported(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_imports_the_sandbox_the_standard_library_and_few_others(module: Path) -> None:
    for name in imported(module.read_text()):
        assert name.startswith("connector.sandbox") or name.partition(".")[0] in ALLOWED, name


def test_nothing_else_of_ours_imports_the_sandbox() -> None:
    ours = [path for path in HOME.parent.rglob("*.py") if HOME not in path.parents]
    assert ours
    for path in ours:
        assert not any("sandbox" in name for name in imported(path.read_text())), path
