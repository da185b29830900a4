"""The claims of docs/security.md, and the tests that each names."""

import re

from tests.docs.named_tests import NAMED
from tests.processes import ROOT

PAGE = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| ([A-Z`][^|]+) \| ([^|]+) \| ([^|]*`(?:tests/|make )[^|]+) \|$", re.MULTILINE)


def claims() -> dict[str, list[str]]:
    """Return the tests of each claim as pytest is given them, perhaps none."""
    text = PAGE.read_text(encoding="utf-8")
    return {
        claim: [f"{module}::{test}" for module, test in NAMED.findall(tests)]
        for claim, _, tests in ROW.findall(text)
    }


def claim_of(beginning: str) -> str:
    """Return the one claim that begins so. Raises LookupError."""
    found = [claim for claim in claims() if claim.startswith(beginning)]
    if len(found) != 1:
        raise LookupError(f"{len(found)} claims of {PAGE.name} begin with {beginning!r}.")
    return found[0]


def named_by(beginning: str, names: tuple[str, ...]) -> list[str]:
    """Return tests of a claim by their names. Raises LookupError for one that is not its own."""
    own = {each.rpartition("::")[2]: each for each in claims()[claim_of(beginning)]}
    return [own[name] for name in names]
