"""What docs/asvs.md says is counted rightly, in order, and names tests that are there."""

import re

import pytest

from tests.docs.named_tests import NAMED, named_in
from tests.processes import ROOT

PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+\S*) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
ANSWERS = ("Held: ", "Does not apply, because ", "Not held, because ")


def _number(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def test_numbers_stand_once_in_their_order():
    spans = [[_number(each) for each in number.split("-")] for number, _, _ in ROWS]
    assert len(spans) == len(re.findall(r"^\| \d", PAGE, re.MULTILINE)) > 150
    flat = [each for span in spans for each in span]
    assert flat == sorted(set(flat))


def test_each_row_has_an_answer_and_they_are_counted():
    counts = [sum(here.startswith(each) for *_, here in ROWS) for each in ANSWERS]
    assert sum(counts) == len(ROWS)
    told = (
        f"Of {len(ROWS)} rows, {counts[0]} are held, {counts[1]} do not apply and {counts[2]} are"
    )
    assert told in PAGE


@pytest.mark.parametrize("module", sorted({module for module, _ in NAMED.findall(PAGE)}))
def test_the_tests_that_are_named_are_there(module: str):
    named = {test for each, test in NAMED.findall(PAGE) if each == module}
    assert named <= named_in(ROOT / module)
    assert PAGE.count("`tests/") == len(NAMED.findall(PAGE))


@pytest.mark.parametrize("page", sorted(set(re.findall(r"\]\(([\w-]+\.md)\)", PAGE))))
def test_the_pages_that_are_named_are_there(page: str):
    assert (ROOT / "docs" / page).is_file()
