"""Subscribing twice to the same gives one hook: an answer gets lost, a platform saves twice."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from connector.connections import Scope
from connector.connections.connections import OPERATOR
from tests.web.answers import faulty_fields, good
from tests.web.conftest import API_KEY, Bridge

FILTERS = {"status": "Approved", "shop": "demo.myshopify.com"}
SAME = {"trigger": "new_rma", "target_url": "https://hooks.example.com/catch/1", "filters": FILTERS}
OWN = {"x-api-key": API_KEY, "x-shop-name": "demo.myshopify.com"}


def subscribe(bridge: Bridge, key: str = "", token: str | None = None, **fields: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    options: dict[str, Any] = {} if token is None else {"token": token}
    return bridge.call("POST", "/v1/hooks", json={**SAME, **fields}, headers=headers, **options)


def test_the_same_again_is_answered_the_hook_that_there_is(bridge: Bridge):
    first = subscribe(bridge)
    again = subscribe(bridge)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert len(good(bridge.get("/v1/hooks"))) == 1


@pytest.mark.parametrize(
    "written",
    [
        {"filters": {"status": " approved ", "shop": "DEMO", "order_name": ""}},
        {"target_url": "https://hooks.example.com/catch/1 "},
        {"ordered": "no"},
    ],
)
def test_it_is_the_same_however_it_is_written(bridge: Bridge, written: dict[str, Any]):
    first = good(subscribe(bridge), 201)
    assert good(subscribe(bridge, **written))["id"] == first["id"]


def test_the_address_of_a_trigger_and_that_of_all_make_one_hook(bridge: Bridge):
    first = good(subscribe(bridge), 201)
    body = {"target_url": SAME["target_url"], **FILTERS}
    assert good(bridge.call("POST", "/v1/triggers/new_rma/hooks", json=body)) == first


@pytest.mark.parametrize(
    "other",
    [
        {"trigger": "rma_status_changed", "filters": {"to_status": "Approved"}},
        {"target_url": "https://hooks.example.com/catch/2"},
        {"target_url": "https://hooks.example.com/catch/1?b=2"},
        {"filters": {}},
        {"filters": {**FILTERS, "status": "Pending"}},
        {"filters": {**FILTERS, "shop": "outlet.myshopify.com"}},
        {"ordered": True},
    ],
)
def test_what_differs_is_another_hook_and_outlives_the_first(bridge: Bridge, other: dict[str, Any]):
    first = good(subscribe(bridge), 201)
    second = good(subscribe(bridge, **other), 201)
    assert second["secret"] != first["secret"]
    bridge.call("DELETE", f"/v1/hooks/{first['id']}")
    assert [each["id"] for each in good(bridge.get("/v1/hooks"))] == [second["id"]]


def test_who_has_unsubscribed_gets_a_new_hook_under_the_same_key_too(bridge: Bridge):
    first = good(subscribe(bridge, "zap-1"), 201)
    bridge.call("DELETE", f"/v1/hooks/{first['id']}")
    second = good(subscribe(bridge, "zap-1"), 201)
    assert second["id"] != first["id"]
    assert second["secret"] != first["secret"]


def test_another_token_has_a_hook_of_its_own_and_learns_no_secret(bridge: Bridge):
    tokens = bridge.rules.connections.tokens
    one, other = (tokens.add(OPERATOR, name, [Scope.HOOKS]).text for name in ("one", "other"))
    first = good(subscribe(bridge, "zap-1", token=one), 201)
    for key in ("", "zap-1"):
        assert first["secret"] not in subscribe(bridge, key, token=other).text
    assert good(subscribe(bridge, token=one)) == first
    admin = tokens.add(OPERATOR, "admin", [Scope.ADMIN]).text
    assert first["secret"] not in subscribe(bridge, token=admin).text


def test_a_callers_own_key_has_one_hook_too(bridge: Bridge):
    def ask() -> TestResponse:
        return bridge.call("POST", "/v1/hooks", token=None, headers=OWN, json=SAME)

    first = good(ask(), 201)
    assert good(ask()) == first


def test_the_secret_is_the_newest_where_it_was_replaced(bridge: Bridge):
    first = good(subscribe(bridge), 201)
    newer = good(bridge.call("POST", f"/v1/hooks/{first['id']}/rotate"))["secret"]
    assert good(subscribe(bridge))["secret"] == newer


def test_a_key_stands_for_one_hook(bridge: Bridge):
    first = good(subscribe(bridge, '"zap-1"'), 201)
    assert good(subscribe(bridge, " zap-1 ")) == first
    refused = subscribe(bridge, "zap-1", filters={"status": "Pending"}, ordered=True)
    assert [*faulty_fields(refused)] == ["filters", "ordered"]
    elsewhere = subscribe(bridge, "zap-1", target_url="https://other.example.com/")
    assert [*faulty_fields(elsewhere)] == ["target_url"]
    assert "rounded" in faulty_fields(subscribe(bridge, "9.4E+21"))["Idempotency-Key"]["detail"]
    assert len(good(bridge.get("/v1/hooks"))) == 1
