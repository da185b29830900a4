"""What docs/security.md claims is tested: each test that it names is there."""

import re

import pytest

from tests.docs.named_tests import check_named
from tests.processes import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
CLAIMS = re.findall(r"^\| ([A-Z`][^|]+) \| ([^|]+) \| ([^|]*`tests/[^|]+) \|$", PAGE, re.MULTILINE)
RISKS = re.findall(r"^\| API(\d+) ", PAGE, re.MULTILINE)


def test_there_are_claims_and_each_risk_has_its_answer():
    assert len(CLAIMS) > 20
    assert list(map(int, RISKS)) == list(range(1, 11))


@pytest.mark.parametrize(("claim", "tests"), [(claim, tests) for claim, _, tests in CLAIMS])
def test_each_claim_names_tests_that_are_there(claim: str, tests: str):
    check_named(claim, tests)


def test_no_row_of_claims_is_left_out():
    assert len(CLAIMS) == len(re.findall(r"^\|.*`tests/.*\|$", PAGE, re.MULTILINE))
