from datetime import timedelta

import pytest

from tests.web.answers import good, problem
from tests.web.conftest import Bridge


def test_the_connection_test_says_who_is_connected_and_what_is_left(bridge: Bridge) -> None:
    account = good(bridge.get("/v1/me"))
    assert account == {
        "id": "operator",
        "label": "demo.myshopify.com and 1 more",
        "shops": ["demo.myshopify.com", "outlet.myshopify.com"],
        "token": None,
        "scopes": ["act", "admin", "any_call", "hooks", "raw", "read"],
        "verified_at": "2026-02-04T12:00:00Z",
        "calls": {
            "limit": 1000,
            "remaining": 999,
            "resets_in": 12 * 60 * 60,
            "used_elsewhere": 0,
        },
        "feed": [],
    }


def test_it_says_when_each_list_that_is_polled_is_read_next(bridge: Bridge) -> None:
    good(bridge.get("/v1/triggers/new_rma", query_string={"shop": "demo.myshopify.com"}))
    (rmas,) = good(bridge.get("/v1/me"))["feed"]
    assert (rmas["shop"], rmas["list"]) == ("demo.myshopify.com", "rmas")
    assert rmas["read_at"] < rmas["due_at"]
    assert rmas["reason"].endswith(".")


def test_the_key_is_tried_at_most_once_in_five_minutes(bridge: Bridge) -> None:
    for _ in range(5):
        good(bridge.get("/v1/me"))
        bridge.clock.advance(timedelta(seconds=74))
    assert bridge.calls() == ["GET /rmas"]
    assert good(bridge.get("/v1/me"))["verified_at"] == "2026-02-04T12:06:10Z"
    assert len(bridge.calls()) == 2


def test_each_shop_is_tried_by_itself(bridge: Bridge) -> None:
    for shop in ("demo.myshopify.com", "outlet.myshopify.com", "", "outlet.myshopify.com"):
        good(bridge.get("/v1/me", query_string={"shop": shop}))
    assert [call.shop for call in bridge.sandbox.simulation.calls] == [
        "demo.myshopify.com",
        "outlet.myshopify.com",
    ]


def test_a_refusal_is_remembered_for_as_long(bridge: Bridge) -> None:
    own = {"x-api-key": "unknown-key", "x-shop-name": "demo.myshopify.com"}
    for _ in range(3):
        problem(bridge.get("/v1/me", token=None, headers=own), 401)
    assert len(bridge.calls()) == 1


def test_a_failure_of_returngo_is_not_remembered(bridge: Bridge) -> None:
    bridge.control("faults", status=500, count=4)
    problem(bridge.get("/v1/me"), 502)
    good(bridge.get("/v1/me"))


@pytest.mark.parametrize("query", ["shop=a&shop=b", "hsop=demo.myshopify.com"])
def test_a_query_that_is_not_understood_is_refused_before_anything_is_called(
    bridge: Bridge, query: str
) -> None:
    problem(bridge.get(f"/v1/me?{query}"), 422)
    assert bridge.calls() == []
