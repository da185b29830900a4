"""Of what the bridge is made: what is written down of it is what is installed, file by file."""

import json
import re
from importlib.metadata import version

import pytest
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from tests.processes import ROOT

PINNED = re.compile(
    r"^([A-Za-z][\w.-]*)==(\S+)(?: ; (.*))? \\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)",
    re.MULTILINE,
)
ASKED = re.compile(r"^([A-Za-z][\w.-]*)==(\S+)$", re.MULTILINE)
NAMED = re.compile(r"^[A-Za-z][\w.-]*==", re.MULTILINE)
FAMILIES = ("requirements", "requirements-dev")
# psycopg's LGPL asks nothing of those who only use it as it is.
ACCEPTED = re.compile(
    r"MIT|BSD|Apache|Mozilla Public License 2\.0|MPL-2\.0|PSF-2\.0|LGPL-3\.0-only"
)


def pins(name: str) -> dict[str, str]:
    """Read what is pinned for this machine, and by at least one hash."""
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    found = PINNED.findall(text)
    assert len(found) == len(NAMED.findall(text)), "Run `make requirements`: something has no hash."
    return {
        canonicalize_name(each): pinned
        for each, pinned, marker, _ in found
        if not marker or Marker(marker).evaluate()
    }


@pytest.mark.parametrize("name", FAMILIES)
def test_all_that_is_asked_for_is_pinned_and_installed(name: str):
    pinned = pins(name)
    asked = ASKED.findall((ROOT / f"{name}.in").read_text(encoding="utf-8"))
    assert asked
    assert {canonicalize_name(each): wanted for each, wanted in asked}.items() <= pinned.items()
    assert {each: version(each) for each in pinned} == pinned


def test_what_tests_need_changes_nothing_of_what_the_bridge_needs():
    assert pins("requirements").items() <= pins("requirements-dev").items()


def test_the_bill_of_materials_names_what_the_bridge_needs_and_nothing_else():
    bill = json.loads((ROOT / "deploy/supply/sbom.cdx.json").read_text(encoding="utf-8"))
    named = {str(canonicalize_name(each["name"])): each["version"] for each in bill["components"]}
    assert _without_pip(named) == pins("requirements")


def test_everything_is_under_a_licence_that_lets_the_bridge_use_it():
    table = (ROOT / "deploy/supply/licences.md").read_text(encoding="utf-8").splitlines()[2:]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    assert {canonicalize_name(row[0]): row[1] for row in rows} == pins("requirements")
    assert [row for row in rows if not ACCEPTED.search(row[2])] == []


def _without_pip(named: dict[str, str]) -> dict[str, str]:
    """Leave out what every environment begins with."""
    return {name: pinned for name, pinned in named.items() if name not in ("pip", "setuptools")}
