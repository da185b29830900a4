"""The table of ReturnGO's calls and our blocks: complete, and true."""

import re
from typing import Any

import pytest

import app
from connector.blocks import Action, Block, KnownSearch, Trigger
from tests.processes import ROOT
from tests.web.answers import good
from tests.web.conftest import Bridge
from tests.web.test_document import ask

CALLS = (ROOT / "docs" / "calls.md").read_text(encoding="utf-8")
ROWS = [
    (call, [label.strip() for cell in cells for label in cell.split(", ") if label])
    for call, *cells in re.findall(
        r"^\| `([A-Z]+ /[^`]+)` \| ([A-Z][\w ,]*)? ?\| ([A-Z][\w ,]*)? ?\|$", CALLS, re.MULTILINE
    )
]
BLOCKS: dict[str, Block] = {
    block.label: block for block in app.CATALOGUE if block.key not in app.CATALOGUE.choices
}
WEBHOOKS = {"API Request"}
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
    assert {stripped(call) for call, _ in ROWS} == rules


def test_no_row_is_empty_and_every_block_stands_in_one() -> None:
    assert [call for call, labels in ROWS if not labels] == []
    assert {label for _, labels in ROWS for label in labels} == set(BLOCKS)


@pytest.mark.parametrize(
    ("call", "label"),
    [(call, label) for call, labels in ROWS for label in labels if label not in WEBHOOKS | KNOWN],
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


def test_the_universal_block_registers_and_removes_a_webhook(bridge: Bridge) -> None:
    def request(method: str, path: str, **body: str) -> Any:
        fields = {"method": method, "path": path, **({"body": body} if body else {})}
        return good(bridge.act("api_request", fields))["answer"]

    hook = {"url": "https://hooks.example.com/1", "eventName": "RMA_CREATED"}
    request("POST", "/webhook", **hook)
    (made,) = request("GET", "/webhooks")
    assert made == {"id": made["id"], **hook}
    request("PUT", f"/webhook/{made['id']}", **{**hook, "eventName": "SHIPMENT_CREATED"})
    (changed,) = request("GET", "/webhooks")
    assert changed["eventName"] == "SHIPMENT_CREATED"
    request("DELETE", f"/webhook/{made['id']}")
    assert request("GET", "/webhooks") == []
