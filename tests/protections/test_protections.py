"""The list of what is taken away keeps up with the page of claims and with the source."""

import pytest

from tests.processes import ROOT
from tests.protections import REMOVALS
from tests.protections.page import claim_of, claims, named_by
from tests.protections.removal import Removal


def _named(removal: Removal) -> str:
    return f"{removal.claim[:40]}-{removal.file}"


def test_a_protection_of_each_claim_is_taken_away():
    assert {claim_of(each.claim) for each in REMOVALS} == set(claims())


@pytest.mark.parametrize("removal", REMOVALS, ids=_named)
def test_what_is_changed_stands_there_once_and_the_claim_names_the_tests(removal: Removal):
    text = (ROOT / removal.file).read_text(encoding="utf-8")
    assert text.count(removal.text) == 1
    assert removal.instead != removal.text
    assert bool(removal.tests) != bool(removal.command)
    assert len(named_by(removal.claim, removal.tests)) == len(removal.tests)
