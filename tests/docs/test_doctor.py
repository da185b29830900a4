import re

from connector.doctor.probes import PROBES, UNASKED
from tests.processes import ROOT

PAGE = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
ASSUMED = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")


def test_each_assumption_is_asked_or_said_why_not_and_the_page_explains_the_others():
    listed = set(re.findall(r"^\| ([a-z][a-z-]+) \|", ASSUMED, re.MULTILINE))
    asked = {probe.name for probe in PROBES} | set(UNASKED)
    assert listed, "the page lists assumptions"
    assert listed - asked == set(), "a new row needs a probe, or a word on why there is none"
    explained = set(re.findall(r"`([a-z-]+)`", PAGE))
    assert asked - listed <= explained
