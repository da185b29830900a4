"""How the house speaks: a docstring begins with its deed, and a sentence is about a noun."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import MODULES, ROOT, name_of

TESTS = sorted((ROOT / "tests").rglob("*.py"))
ALL = [*MODULES, *(path for path in TESTS if "node_modules" not in path.parts)]
# "Return", "Whether" or the verb of the deed says it better.
NEVER_FIRST = ("Answer ", "Answer,", "Tell whether", "Name the", "Name what")
# Subjects that name nobody. Their number may only shrink: lower it here when it has.
VAGUE_SUBJECTS = {"whoever": 23, "whichever": 4, "somebody": 40, "nobody": 36}


def docstrings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found = ast.get_docstring(node)
            if found:
                yield found


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_docstring_begins_with_its_deed(path: Path) -> None:
    assert [each for each in docstrings(path) if each.startswith(NEVER_FIRST)] == []


def test_vague_subjects_only_become_fewer() -> None:
    words = Counter(
        word
        for path in MODULES
        for each in docstrings(path)
        for word in re.findall(r"\w+", each.lower())
        if word in VAGUE_SUBJECTS
    )
    assert dict(words) == VAGUE_SUBJECTS
