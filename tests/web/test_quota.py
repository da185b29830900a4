"""Every 429 of the bridge says when to come back, in a form that clients can read."""

import re
from datetime import timedelta
from typing import Any

import pytest

from connector.delivery.http.trials import EVERY
from connector.export import EXPORTERS
from tests.web.answers import ANEW, QUOTA_EXCEEDED, good, problem
from tests.web.conftest import Bridge
from tests.web.test_allowance import left
from tests.web.test_document import OPERATIONS, fields_of

CALLS = [
    ("POST", "/v1/actions/update_rma_status", {"rma_id": "1", "status": "Approved"}),
    ("POST", "/v1/actions/add_rma_comment", {"rma_id": "1", "text": "Parcel arrived."}),
    ("GET", "/v1/actions/find_rma?rma_id=1", None),
    ("GET", "/v1/actions/list_rmas", None),
    ("GET", "/v1/choices/open_rmas", None),
    ("GET", "/v1/triggers/new_rma", None),
    ("GET", "/v1/triggers/refund_requested", None),
]


@pytest.mark.parametrize(("method", "path", "fields"), CALLS, ids=lambda each: str(each)[:40])
@pytest.mark.parametrize("by_returngo", [True, False], ids=["returngo", "bridge"])
def test_whoever_finds_the_day_spent_is_told_when_it_ends(
    bridge: Bridge, method: str, path: str, fields: dict[str, str] | None, *, by_returngo: bool
) -> None:
    """First by ReturnGO's word, then by the bridge's own, which costs no call."""
    bridge.sandbox.simulation.gate.set_used("demo-key", 10**9)
    if not by_returngo:
        problem(bridge.get("/v1/actions/list_rmas"), 429)
    answer = bridge.call(method, path, json=fields)
    spent = problem(answer, 429)
    assert spent["type"] == QUOTA_EXCEEDED
    assert spent["violated-policies"] == ["day"]
    remaining, seconds = left(answer.headers["RateLimit"])
    assert remaining == 0
    assert re.fullmatch(r"[1-9]\d*", answer.headers["Retry-After"])
    assert int(answer.headers["Retry-After"]) >= seconds
    assert len(bridge.calls()) == 1


def test_a_day_that_others_have_spent_leaves_them_calls_on_the_next(bridge: Bridge) -> None:
    gate = bridge.sandbox.simulation.gate
    for _ in range(3):
        good(bridge.get("/v1/actions/list_rmas", headers=ANEW))
    gate.set_used("demo-key", 10**9)
    problem(bridge.get("/v1/actions/list_rmas", headers=ANEW), 429)
    bridge.clock.advance(timedelta(days=1))
    calls = good(bridge.get("/v1/me"))["calls"]
    assert calls["used_elsewhere"] == 765, "996 were missing; a tenth of 850 is read all the same"
    assert calls["remaining"] == 999, "actions have what there is"


@pytest.mark.parametrize("call", OPERATIONS, ids=" ".join)
def test_each_route_says_when_to_come_back_or_needs_no_call(
    bridge: Bridge, call: tuple[str, str]
) -> None:
    method, path = call
    fields = fields_of(bridge, path)
    hook = bridge.subscribe()["id"]
    bridge.sandbox.simulation.calls.clear()  # what a good call is about may have been read
    bridge.sandbox.simulation.gate.set_used("demo-key", 10**9)
    sent: dict[str, Any] = (
        {"query_string": fields} if method == "GET" else {"json": fields} if fields else {}
    )
    for _ in range(2):
        path = path.format(platform=next(iter(EXPORTERS)), id=hook)
        answer = bridge.call(method, path, **sent)
        if answer.status_code == 429:
            assert problem(answer, 429)["type"] == QUOTA_EXCEEDED
            assert re.fullmatch(r"[1-9]\d*", answer.headers["Retry-After"])
            assert int(answer.headers["Retry-After"]) >= left(answer.headers["RateLimit"])[1] > 0
        else:
            assert answer.status_code < 300 or method == "DELETE"
            assert bridge.calls() == []
        bridge.clock.advance(EVERY)  # a hook may be tested again then
    assert len(bridge.calls()) <= 1


def test_an_action_is_told_what_reading_has_learnt_without_a_call(bridge: Bridge) -> None:
    rma_id = bridge.new_rma()
    good(bridge.get("/v1/triggers/new_rma"))
    bridge.later()
    bridge.sandbox.simulation.gate.set_used("demo-key", 10**9)
    before = len(bridge.calls())
    for _ in range(3):
        good(bridge.get("/v1/triggers/new_rma"))
        bridge.later()
    answer = bridge.act("add_rma_comment", {"rma_id": rma_id, "text": "Parcel arrived."})
    assert problem(answer, 429)["type"] == QUOTA_EXCEEDED
    assert int(answer.headers["Retry-After"]) >= left(answer.headers["RateLimit"])[1] > 0
    assert len(bridge.calls()) == before + 1
