"""Each cell of the table of platforms names a test that is there, or says what was not run."""

import re

import pytest

from connector.export import EXPORTERS
from tests.docs.named_tests import named_in
from tests.processes import ROOT

PAGE = ROOT / "docs" / "platforms" / "proof.md"
PROOF = PAGE.read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
COLUMNS = [
    *("Platform", "Auth test", "Polling trigger", "Instant trigger", "Action", "Search"),
    *("Drop-down", "Line items", "Errors"),
]
WITHOUT_EXPORT = {"http"}
NAMED = re.compile(r"`(\w+\.py)::(\w+)`")


def rows() -> list[list[str]]:
    lines = [line for line in PROOF.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


HEAD, _, *PLATFORMS = rows()


def test_the_table_has_a_row_for_each_platform_and_a_page():
    assert HEAD == COLUMNS
    names = [re.fullmatch(r"\[(\S+)\]\((\S+)\)", row[0]) for row in PLATFORMS]
    assert all(names)
    assert sorted(found[1] for found in names if found) == sorted({*EXPORTERS, *WITHOUT_EXPORT})
    for found in names:
        assert found
        assert found[2] == f"{found[1]}.md"
        assert (PAGE.parent / found[2]).is_file()


@pytest.mark.parametrize("row", PLATFORMS, ids=lambda row: row[0].split("]")[0].strip("["))
def test_each_cell_names_a_test_that_is_there_or_says_what_was_not_run(row: list[str]):
    assert len(row) == len(COLUMNS)
    for cell in row[1:]:
        named = NAMED.findall(cell)
        assert named or re.match(r"Not run\b.*\.$", cell), cell
        for module, test in named:
            assert test in named_in(ROOT / "tests" / "export" / module), f"{module}::{test}"


def test_the_readme_ticks_what_was_run_and_rings_what_was_not():
    told = re.findall(
        r"^\| \[[\w ]+\]\(docs/platforms/([\w-]+)\.md\) \|(.*)\|$", README, re.MULTILINE
    )
    proved = {row[0].split("]")[0].strip("["): row for row in PLATFORMS}
    columns = ("Polling trigger", "Instant trigger", "Action", "Search", "Drop-down", "Line items")
    assert len(told) == 5
    for name, marks in told:
        cells = [proved[name][COLUMNS.index(column)] for column in columns]
        assert [mark.strip() for mark in marks.split("|")] == [mark_of(cell) for cell in cells], (
            name
        )


def mark_of(cell: str) -> str:
    if cell.startswith("Not run"):
        return "○" if NAMED.search(cell) else ""
    return "✓"


def test_node_red_keeps_its_place_in_tests_as_its_page_says() -> None:
    page = (ROOT / "docs" / "platforms" / "node-red.md").read_text(encoding="utf-8")
    settings = (ROOT / "tests" / "node" / "node_red.js").read_text(encoding="utf-8")
    (kept,) = re.findall(r"contextStorage: \{ (default: .*?) \},\n", page)
    assert f"{kept},\n" in settings
