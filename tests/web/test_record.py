"""The record of deeds, as callers fill it; and the names of requests that lead there."""

import re
from typing import Any

import pytest

from connector.connections import Scope
from connector.deeds import Deed, Outcome
from tests.processes import SHOPS
from tests.web.conftest import API_KEY, Bridge

MADE = re.compile(r"[0-9a-f]{16}")
OWN = {"x-api-key": API_KEY, "x-shop-name": SHOPS[0]}


def newest(bridge: Bridge) -> Deed:
    return bridge.rules.deeds.newest()[0]


def test_a_deed_stands_under_the_name_of_its_token_and_of_its_request(bridge: Bridge):
    made = bridge.rules.connections.tokens.add("operator", "ledger", [Scope.ACT])
    rma_id = bridge.new_rma()
    answer = bridge.act(
        "approve_rma",
        {"rma_id": rma_id},
        token=made.text,
        headers={"X-Request-Id": "zap-17-run-4", "Idempotency-Key": "k1"},
    )
    assert answer.status_code == 200
    assert answer.headers["X-Request-Id"] == "zap-17-run-4"
    done = newest(bridge)
    assert (done.doer, done.request_id) == (made.token.title, "zap-17-run-4")
    assert (done.name, done.outcome) == ("approve_rma", Outcome.DONE)
    assert f"rma {rma_id}" in done.about
    assert done.returngo_ids
    assert made.text not in repr(done)


def test_the_settings_token_and_callers_own_keys_are_named_as_such(bridge: Bridge):
    rma_id = bridge.new_rma()
    bridge.act("approve_rma", {"rma_id": rma_id})
    assert newest(bridge).doer == "the token of the settings"
    bridge.act("approve_rma", {"rma_id": rma_id}, token=None, headers=OWN)
    assert newest(bridge).doer == "a caller's own ReturnGO key"


def test_a_refused_key_that_the_bridge_keeps_leaves_one(bridge: Bridge):
    bridge.control("faults", status=401, body={"message": "Unauthorized"}, share=1)
    bridge.act("approve_rma", {"rma_id": "1"})
    assert newest(bridge).outcome is Outcome.REFUSED


def test_a_direct_call_is_recorded_by_its_method_and_path(bridge: Bridge):
    bridge.act("api_request", {"method": "GET", "path": "/rmas", "query": {"pagesize": "1"}})
    assert newest(bridge).about == "method GET, path /rmas"


def test_what_is_refused_before_it_begins_is_no_deed(bridge: Bridge):
    assert bridge.act("approve_rma", {}).status_code == 422
    assert bridge.act("approve_rma", {"rma_id": "1", "shop": "x.example.com"}).status_code == 403
    assert bridge.rules.deeds.newest() == []


def test_what_is_done_to_hooks_is_recorded(bridge: Bridge):
    hook = bridge.subscribe("new_rma")
    path = f"/v1/hooks/{hook['id']}"
    bridge.call("POST", f"{path}/rotate")
    bridge.call("POST", f"{path}/replay", json={"state": "parked"})
    bridge.call("DELETE", path)
    found = bridge.rules.deeds.newest()
    assert [each.name for each in reversed(found)] == [
        "subscribe",
        "rotate_hook",
        "replay_deliveries",
        "unsubscribe",
    ]
    assert all(hook["id"] in each.about for each in found)
    assert "catch" not in found[-1].about, "the target's path is a secret of the platform"


@pytest.mark.parametrize(
    "path", ["/v1/me", "/v1/nothing", "/healthz", "/openapi.json", "/v1/hooks"]
)
def test_every_answer_names_its_request_anew(bridge: Bridge, path: str):
    named = [bridge.get(path).headers["X-Request-Id"] for _ in range(3)]
    assert all(MADE.fullmatch(each) for each in named)
    assert len({*named}) == 3


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "two words here", "naïve-request-id", "<script>12345"]
)
def test_a_name_that_does_not_fit_into_a_line_is_replaced(bridge: Bridge, given: str):
    answer = bridge.get("/v1/me", headers={"X-Request-Id": given})
    assert MADE.fullmatch(answer.headers["X-Request-Id"])


def test_a_problem_and_each_line_of_the_log_name_the_request(bridge: Bridge, log: list[Any]):
    answer = bridge.act("approve_rma", {"rma_id": "1"}, headers={"X-Request-Id": "zap-1234"})
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["request_id"] == "zap-1234"
    lines = {line["event"]: line for line in log}
    assert {"returngo.call", "web.request"} <= {*lines}
    assert {line["request_id"] for line in log} == {"zap-1234"}
    assert lines["returngo.call"]["returngo_request_id"] == answer.json["returngo_request_id"]
