import ast
import importlib
import sys
from pathlib import Path

import pytest

import app
from tests.house.sources import MODULES, PACKAGES, ROOT, imports_of, is_within, name_of, texts_of

LONGEST_MODULE = 250
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
SANDBOX = [path for path in MODULES if (ROOT / "connector/sandbox") in path.parents]
OTHERS = [path for path in MODULES if path not in SANDBOX] + [ROOT / "app.py"]
SCHEMAS = [path for path in MODULES if path.parent.name == "schemas"]
BLOCKS = [path for path in MODULES if path.parent.name in {"triggers", "actions"}]
WHAT_A_BLOCK_KNOWS = {"schemas", "connector.blocks", "connector.returngo", "marshmallow"}
KEYS = [*app.CATALOGUE.triggers, *app.CATALOGUE.actions]
# The demo walks through a story with two blocks of this catalogue.
STORYTELLER = ROOT / "connector/cli/demo.py"
WITH_ALL = [
    path for path in MODULES if path.name == "__init__.py" and "__all__" in path.read_text()
]


def test_the_lists_that_the_rules_go_through_are_not_empty() -> None:
    assert len(SANDBOX) > 10
    assert len(OTHERS) > 50
    assert len(BLOCKS) >= 6
    assert len(SCHEMAS) > 10
    assert len(WITH_ALL) > 5
    assert all(any(path.parts[len(ROOT.parts)] == each for path in MODULES) for each in PACKAGES)


@pytest.mark.parametrize("path", [*MODULES, ROOT / "app.py"], ids=name_of)
def test_a_module_is_one_idea_and_says_which(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_is_named_after_nothing(path: Path) -> None:
    assert not VAGUE & set(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", SANDBOX, ids=name_of)
def test_the_sandbox_imports_nothing_of_ours(path: Path) -> None:
    ours = {name for name in imports_of(path) if is_within(name, {*PACKAGES, "app"})}
    assert {name for name in ours if not is_within(name, {"connector.sandbox"})} == set()


@pytest.mark.parametrize("path", OTHERS, ids=name_of)
def test_nothing_of_ours_imports_the_sandbox(path: Path) -> None:
    assert not any("sandbox" in name for name in imports_of(path))


@pytest.mark.parametrize("path", BLOCKS, ids=name_of)
def test_a_block_knows_schemas_blocks_and_returngo_and_nothing_else(path: Path) -> None:
    known = WHAT_A_BLOCK_KNOWS | set(sys.stdlib_module_names)
    assert {name for name in imports_of(path) if not is_within(name, known)} == set()


@pytest.mark.parametrize("path", SCHEMAS, ids=name_of)
def test_a_schema_knows_marshmallow_and_nothing_of_ours(path: Path) -> None:
    known = {"schemas", "marshmallow"} | set(sys.stdlib_module_names)
    assert {name for name in imports_of(path) if not is_within(name, known)} == set()


@pytest.mark.parametrize("key", KEYS)
def test_nothing_in_the_connector_mentions_a_block(key: str) -> None:
    # In texts, that is: ReturnGO's client may well call a method of its own by the same name.
    sources = [path for path in (ROOT / "connector").rglob("*.py") if path != STORYTELLER]
    assert [name_of(path) for path in sources if any(key in text for text in texts_of(path))] == []


@pytest.mark.parametrize("path", WITH_ALL, ids=name_of)
def test_what_a_package_offers_is_sorted_and_exists(path: Path) -> None:
    package = importlib.import_module(".".join(path.relative_to(ROOT).parent.parts))
    assert package.__all__ == sorted(set(package.__all__))
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
