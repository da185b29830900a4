"""The table of ReturnGO's calls and our blocks: complete, and true."""

import re

import pytest

import app
from connector.blocks import Action, Block, KnownSearch, Trigger
from tests.processes import ROOT
from tests.web.answers import problem
from tests.web.conftest import Bridge
from tests.web.test_document import ask

CALLS = (ROOT / "docs" / "calls.md").read_text(encoding="utf-8")
ROWS = [
    (call, [label.strip() for cell in cells for label in cell.split(", ") if label])
    for call, *cells in re.findall(
        r"^\| `([A-Z]+ /[^`]+)` \| ([A-Z][\w ,]*)? ?\| ([A-Z][\w ,]*)? ?\|$", CALLS, re.MULTILINE
    )
]
# The bridge registers its webhooks itself.
OWN = re.findall(r"^\| `([A-Z]+ /[^`]+)` \| \*the bridge's own\* \| \|$", CALLS, re.MULTILINE)
# One makes any other call, and so stands beside none.
BLOCKS: dict[str, Block] = {
    block.label: block
    for block in app.CATALOGUE
    if block.key not in app.CATALOGUE.choices
    and not (isinstance(block, Action) and block.makes_any_call)
}
# Answered from what the bridge has listed.
KNOWN = {block.label for block in app.CATALOGUE.searches.values() if isinstance(block, KnownSearch)}


def stripped(path: str) -> str:
    return re.sub(r"\{\w+\}|<[\w:]+>", "{}", path)


def test_every_call_that_returngo_has_stands_in_the_table(bridge: Bridge) -> None:
    rules = {
        f"{method} {stripped(rule.rule)}"
        for rule in bridge.sandbox.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith("/_sandbox")
    }
    assert {stripped(call) for call in (*OWN, *(call for call, _ in ROWS))} == rules


def test_no_row_is_empty_and_every_block_stands_in_one() -> None:
    assert [call for call, labels in ROWS if not labels] == []
    assert {label for _, labels in ROWS for label in labels} == set(BLOCKS)


@pytest.mark.parametrize(
    ("call", "label"),
    [(call, label) for call, labels in ROWS for label in labels if label not in KNOWN],
)
def test_a_block_makes_the_call_beside_which_it_stands(
    bridge: Bridge, call: str, label: str
) -> None:
    block = BLOCKS[label]
    if isinstance(block, Trigger):
        ask(bridge, "GET", f"/v1/triggers/{block.key}")
    else:
        ask(bridge, "POST" if isinstance(block, Action) else "GET", f"/v1/actions/{block.key}")
    pattern = re.sub(r"\\\{\w+\\\}", r"\\d+", re.escape(call))
    assert [made for made in bridge.calls() if re.fullmatch(pattern, made)] != []


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/webhooks", "/webhook", "/webhook/1", "/Webhooks", "/WEBHOOK/1"])
def test_no_block_reads_or_moves_the_bridges_own_webhooks(
    bridge: Bridge, method: str, path: str
) -> None:
    refused = problem(bridge.act("api_request", {"method": method, "path": path}), 422)
    assert "They are the bridge's own" in refused["errors"][0]["detail"]
    assert bridge.calls() == []
