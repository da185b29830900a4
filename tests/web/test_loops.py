"""One loop cannot spend the day: what each purpose leaves to others, and the limits of a token."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

import app
from connector.connections import Scope
from tests.web.answers import ANEW, QUOTA_EXCEEDED, good, problem
from tests.web.conftest import Bridge, Build
from tests.web.test_allowance import left
from tests.web.test_document import fields_of
from tests.web.test_scopes import token

LIST = "/v1/actions/list_rmas"
OPEN = "/v1/choices/open_rmas"
COMMENT = "add_rma_comment"


def loop(bridge: Bridge, path: str = LIST, method: str = "GET", **options: Any) -> TestResponse:
    """Ask anew until it is refused."""
    for _ in range(1000):
        answer = bridge.call(method, path, headers=ANEW, **options)
        if answer.status_code == 429:
            return answer
    raise AssertionError("it was never refused")


def act(bridge: Bridge, method: str) -> TestResponse:
    """Call ReturnGO by *API Request*."""
    path = "/rmas" if method == "GET" else "/rma/1/comment"
    return bridge.act("api_request", {"method": method, "path": path, "body": {"htmlText": "seen"}})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", LIST),
        ("GET", OPEN),
        ("GET", "/v1/choices/eligible_policies"),
        ("POST", "/v1/actions/get_eligible_policies"),
    ],
)
def test_what_only_looks_leaves_the_last_tenth_of_the_day_to_actions(
    build: Build, method: str, path: str
) -> None:
    bridge = build(returngo_daily_limit=30)
    rma_id = bridge.new_rma()
    fields = fields_of(bridge, path)
    sent = {"query_string": fields} if method == "GET" else {"json": fields}
    refused = problem(loop(bridge, path, method, **sent), 429)
    assert refused["type"] == QUOTA_EXCEEDED
    assert refused["violated-policies"] == ["day"]
    assert "kept for what is more urgent: actions before searches" in refused["detail"]
    assert len(bridge.calls()) == 27
    for text in ("one", "two", "three"):
        good(bridge.act(COMMENT, {"rma_id": rma_id, "text": text}))
    problem(bridge.act(COMMENT, {"rma_id": rma_id, "text": "four"}), 429)


@pytest.mark.parametrize("key", app.CATALOGUE.actions)
def test_an_action_says_truly_whether_it_writes(bridge: Bridge, key: str) -> None:
    fields = fields_of(bridge, f"/v1/actions/{key}")
    before = len(bridge.calls())
    good(bridge.act(key, fields))
    reads = [
        each.startswith("GET ") or each == "POST /rma/getEligiblePolicies"
        for each in bridge.calls()[before:]
    ]
    assert app.CATALOGUE.actions[key].only_reads(fields) == all(reads)


def test_reading_leaves_more_than_searches_do(build: Build) -> None:
    bridge = build(returngo_daily_limit=20)
    good(bridge.get("/v1/triggers/new_rma"))
    while len(bridge.calls()) < 17:
        good(bridge.get(LIST, headers=ANEW))
    bridge.later()
    good(bridge.get("/v1/triggers/new_rma"))
    assert len(bridge.calls()) == 17
    loop(bridge)
    assert len(bridge.calls()) == 18


def test_a_call_by_api_request_that_only_reads_is_no_action(build: Build) -> None:
    bridge = build(returngo_daily_limit=20)
    loop(bridge)
    problem(act(bridge, "GET"), 429)
    problem(act(bridge, "POST"), 404)
    assert len(bridge.calls()) == 19


def test_what_an_action_looks_at_itself_is_a_part_of_it(build: Build) -> None:
    bridge = build(returngo_daily_limit=30)
    rma_id = bridge.new_rma()
    loop(bridge)
    comment = {"rma_id": rma_id, "text": "seen", "idempotency_key": "event-1"}
    bridge.control("faults", status=500, method="POST", count=1)
    problem(bridge.act(COMMENT, comment), 502)
    bridge.clock.advance(timedelta(minutes=1))
    good(bridge.act(COMMENT, comment))
    assert bridge.calls()[-3:] == [
        f"POST /rma/{rma_id}/comment",
        f"GET /rma/{rma_id}",  # was it done?
        f"POST /rma/{rma_id}/comment",
    ]


def test_a_token_is_refused_when_its_calls_are_used_up_and_told_when_it_goes_on(
    bridge: Bridge,
) -> None:
    limited = token(bridge, Scope.READ, Scope.ACT, minute_limit=5)
    bridge.clock.advance(timedelta(seconds=20))
    answer = loop(bridge, token=limited)
    refused = problem(answer, 429)
    assert refused["type"] == QUOTA_EXCEEDED
    assert refused["violated-policies"] == ["token"]
    assert refused["detail"] == (
        "The token 'workflow' may make 5 calls to ReturnGO a minute and has made them. It goes on"
        " at 12:01 UTC."
    )
    assert answer.headers["Retry-After"] == "40"
    assert left(answer.headers["RateLimit"])[0] == 1000 - 5
    problem(bridge.act(COMMENT, {"rma_id": "1", "text": "seen"}, token=limited), 429)
    assert len(bridge.calls()) == 5

    # others go on
    good(bridge.get(LIST, headers=ANEW))
    good(bridge.get(LIST, headers=ANEW, token=token(bridge, Scope.READ, minute_limit=5)))
    bridge.clock.advance(timedelta(seconds=40))
    good(bridge.get(LIST, headers=ANEW, token=limited))


def test_what_costs_a_token_no_call_is_answered_though_its_calls_are_used_up(
    bridge: Bridge,
) -> None:
    limited = token(bridge, Scope.READ, Scope.ACT, minute_limit=2)
    comment = {"rma_id": bridge.new_rma(), "text": "seen", "idempotency_key": "event-1"}
    done = good(bridge.act(COMMENT, comment, token=limited))
    searched = good(bridge.get(LIST, token=limited))
    problem(loop(bridge, token=limited), 429)
    assert good(bridge.act(COMMENT, comment, token=limited)) == done

    loop(bridge, OPEN, token=limited)
    bridge.new_rma()
    assert len(good(bridge.get("/v1/triggers/new_rma", token=limited))) == 2, "ReturnGO was read"
    assert len(searched) == 1


def test_a_search_that_is_answered_from_the_last_answer_is_not_counted(bridge: Bridge) -> None:
    limited = token(bridge, Scope.READ, minute_limit=1)
    for _ in range(3):
        good(bridge.get(LIST, token=limited))
    problem(bridge.get(OPEN, token=limited), 429)


def test_a_token_has_half_of_the_day_unless_told_otherwise(build: Build) -> None:
    bridge = build(returngo_daily_limit=41)
    loop(bridge, token=token(bridge, Scope.READ))
    assert len(bridge.calls()) == 19, "the last tenth of its 21 is for actions, too"


def test_the_settings_limit_tokens_that_have_no_limits_of_their_own(build: Build) -> None:
    bridge = build(token_minute_limit=3, token_daily_limit=5)
    usual = token(bridge, Scope.READ)
    loop(bridge, token=usual)
    assert len(bridge.calls()) == 3
    bridge.clock.advance(timedelta(minutes=1))
    loop(bridge, token=usual)
    assert len(bridge.calls()) == 5
    loop(bridge, token=token(bridge, Scope.READ, minute_limit=4, daily_limit=100))
    assert len(bridge.calls()) == 9


@pytest.mark.parametrize("own_key", [True, False], ids=["a caller's own key", "BRIDGE_TOKEN"])
def test_who_has_the_key_has_no_limits_but_those_of_the_key(build: Build, *, own_key: bool) -> None:
    bridge = build(returngo_daily_limit=20, token_minute_limit=1, token_daily_limit=1)
    key = {"x-api-key": "demo-key", "x-shop-name": "demo.myshopify.com"}
    own: dict[str, Any] = {"token": None, "headers": {**key, **ANEW}} if own_key else {}
    for _ in range(17 if own_key else 18):  # a caller's own key is tried first
        good(bridge.get(LIST, **{"headers": ANEW, **own}))
    problem(bridge.get(LIST, **{"headers": ANEW, **own}), 429)
