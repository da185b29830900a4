"""What docs/how-it-works.md names is there: each file, and each class."""

import ast
import re

import pytest

from tests.house.sources import MODULES, ROOT

PAGE = ROOT / "docs" / "how-it-works.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = sorted(
    set(re.findall(r"`((?:connector|actions|triggers|schemas|tests)/[\w/]+\.py)`", TEXT))
)
CLASSES = sorted(set(re.findall(r"`([A-Z][a-z]\w+)`", TEXT)) - {"Age", "Link", "RateLimit"})
WALKS = ("## A poll", "## An RMA's row", "## An action and its key", "## An event becomes a hook")
LEAST_WORDS = 30


def test_it_tells_four_walks_and_thirty_words() -> None:
    assert all(TEXT.count(f"\n{walk}") == 1 for walk in WALKS)
    glossary = TEXT.partition("## The words")[2]
    words = re.findall(r"^\| ([\w -]+) \|", glossary, re.MULTILINE)[1:]
    assert len(words) >= LEAST_WORDS
    assert words == sorted(words, key=str.lower)


@pytest.mark.parametrize("name", FILES)
def test_each_file_that_it_names_is_there(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.fixture(scope="module")
def classes() -> set[str]:
    """Collect the names of all classes."""
    return {
        node.name
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }


@pytest.mark.parametrize("name", CLASSES)
def test_each_class_that_it_names_is_there(name: str, classes: set[str]) -> None:
    assert name in classes
