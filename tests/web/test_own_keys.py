"""Callers that bring a ReturnGO key of their own: what a made-up one leaves, a refused one sees."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from connector.connections.wrong_tries import MOST
from connector.store import Store
from connector.store.tables import metadata
from connector.verification import VERIFIED_FOR
from tests.processes import SHOPS
from tests.web.answers import good, problem
from tests.web.conftest import API_KEY, Bridge

OWN = {"x-api-key": API_KEY, "x-shop-name": SHOPS[0]}
MADE_UP = {**OWN, "x-api-key": "made-up"}
HOOK = {"trigger": "new_rma", "target_url": "https://hooks.example.com/catch/1"}
OF_HOOKS = [
    ("GET", "/v1/hooks"),
    ("POST", "/v1/hooks"),
    ("POST", "/v1/triggers/new_rma/hooks"),
    ("GET", "/v1/hooks/{id}"),
    ("POST", "/v1/hooks/{id}/test"),
    ("POST", "/v1/hooks/{id}/rotate"),
    ("POST", "/v1/hooks/{id}/wake"),
    ("GET", "/v1/hooks/{id}/deliveries"),
    ("POST", "/v1/hooks/{id}/replay"),
    ("DELETE", "/v1/hooks/{id}"),
]
BODIES = {
    "/v1/hooks": HOOK,
    "/v1/triggers/new_rma/hooks": {"target_url": HOOK["target_url"]},
    "/v1/hooks/{id}/replay": {"state": "parked"},
}


def routes(app: Flask) -> list[tuple[str, str]]:
    """List what a caller with a key may ask, with some name where one is to be named."""
    found = [
        (method, re.sub(r"<\w+>", "some", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/") and not rule.rule.startswith("/v1/inbound/")
    ]
    assert len(found) > 50
    return found


def stored(store: Store) -> dict[str, list[Any]]:
    with store.read() as database:
        return {
            table.name: list(database.execute(select(table)).all())
            for table in metadata.sorted_tables
        }


def test_a_key_that_is_made_up_is_asked_about_once_and_writes_nothing(
    bridge: Bridge, store: Store
) -> None:
    before = stored(store)
    for method, path in routes(bridge.app):
        body = None if method == "GET" else {"rma_id": "1"}
        problem(bridge.call(method, path, token=None, headers=MADE_UP, json=body), 401)
    assert bridge.calls() == ["GET /rmas"]
    assert stored(store) == before


def test_an_address_with_too_many_made_up_keys_is_told_to_wait(
    bridge: Bridge, log: list[Any]
) -> None:
    good(bridge.get("/v1/me", token=None, headers=OWN))
    keys = [{**OWN, "x-api-key": f"made-up-{number}"} for number in range(MOST + 2)]
    answers = [bridge.get("/v1/triggers", token=None, headers=each) for each in keys]
    assert [each.status_code for each in answers] == [401] * MOST + [429] * 2
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 600
    assert len(bridge.calls()) == 1 + MOST
    assert bridge.get("/v1/me", token="wrong").status_code == 429, "wrong tokens are counted along"
    good(bridge.get("/v1/me", token=None, headers=OWN))
    good(bridge.get("/v1/me"))
    elsewhere = {"REMOTE_ADDR": "192.0.2.8"}
    answer = bridge.get("/v1/me", token=None, headers=keys[-1], environ_overrides=elsewhere)
    assert answer.status_code == 401
    assert "made-up" not in str(log)
    told = [line for line in log if line["event"] == "admission.too_many_unknown_keys"]
    assert [line["address"] for line in told] == ["127.0.0.1"] * 2


def test_a_key_that_cannot_be_asked_about_is_told_to_come_back(bridge: Bridge) -> None:
    bridge.control("faults", status=500, body={}, share=1)
    answer = bridge.get("/v1/triggers", token=None, headers=OWN)
    assert "whether it knows this key" in problem(answer, 503)["detail"]
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(("method", "path"), OF_HOOKS)
def test_hooks_are_there_for_a_key_that_was_accepted_in_the_last_five_minutes(
    bridge: Bridge, method: str, path: str
) -> None:
    made = bridge.call("POST", "/v1/hooks", token=None, headers=OWN, json=HOOK).json
    assert made is not None
    bridge.control("faults", status=401, body={"message": "Unauthorized"}, share=1)
    where, body = path.format(id=made["id"]), BODIES.get(path)
    bridge.clock.advance(VERIFIED_FOR)
    refusal = bridge.call(method, where, token=None, headers=OWN, json=body)
    assert problem(refusal, 401)["detail"] == "ReturnGO does not know this key."
    assert len(bridge.rules.delivery.hooks.subscriptions.of([made["id"]])) == 1
    if method == "GET":
        assert made["secret"] not in refusal.text


def test_hooks_of_a_key_are_shown_without_a_call_for_five_minutes(bridge: Bridge) -> None:
    for _ in range(3):
        good(bridge.get("/v1/hooks", token=None, headers=OWN))
    assert bridge.calls() == ["GET /rmas"]
