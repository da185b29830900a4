"""What docs/reliability.md says is measured, is: each test that it names is there."""

import re

import pytest

from tests.docs.named_tests import check_named
from tests.processes import ROOT

PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
GROUPS = [
    *("Doing a thing once", "The feed", "The day's calls", "Hooks", "Strangers"),
    "Bad input and secrets",
]


def rows() -> list[list[str]]:
    """Return the table of what must not go wrong: what, how it is measured, and by which tests."""
    (section,) = re.findall(
        r"^## What must not go wrong\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


_, _, *ROWS = rows()
PROMISES = [row for row in ROWS if row[1]]


def test_what_must_not_go_wrong_is_grouped():
    assert [row[0].strip("*") for row in ROWS if not row[1]] == GROUPS
    assert len(PROMISES) > 20


@pytest.mark.parametrize("row", PROMISES, ids=lambda row: row[0][:40])
def test_each_promise_names_tests_that_are_there(row: list[str]):
    what, _, tests = row
    check_named(what, tests)
