"""What is asked again within seconds is answered as before, unless an action has begun since."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Response, g

import app
from connector.connections import Scope
from connector.connections.connections import OPERATOR
from connector.deeds import Doer, Outcome
from connector.web.last_answers import KEPT_FOR, OVERHEAD, LastAnswers
from tests.processes import SHOPS
from tests.web.answers import ANEW, good, problem
from tests.web.conftest import TOKEN, Bridge, Build
from tests.web.test_scopes import token

LIST = "/v1/actions/list_rmas"
OPEN = "/v1/choices/open_rmas"
COUNT = "/v1/actions/count_rmas"
SOON = timedelta(seconds=1)
WORKFLOW = Doer("workflow (rgo_abcdef…)")


def ids(bridge: Bridge, path: str = LIST, **options: Any) -> list[str]:
    return [rma.get("rma_id") or rma["id"] for rma in good(bridge.get(path, **options))]


@pytest.mark.parametrize("path", [LIST, OPEN])
def test_what_is_asked_again_within_seconds_is_answered_from_the_last_answer(
    bridge: Bridge, path: str
) -> None:
    bridge.new_rma()
    first = bridge.get(path)
    assert "Age" not in first.headers
    bridge.new_rma()
    left = []
    for seconds in (0, 1, 2, 3, 4):
        again = bridge.get(path)
        assert good(again) == good(first)
        assert again.headers["Age"] == str(seconds)
        left.append(again.headers["RateLimit"].split(";")[1])
        bridge.clock.advance(SOON)
    assert {*left} == {first.headers["RateLimit"].split(";")[1]}
    assert len(bridge.calls()) == 1

    anew = bridge.get(path)
    assert len(good(anew)) == 2
    assert "Age" not in anew.headers
    assert len(bridge.calls()) == 2


def test_no_cache_asks_anew_and_what_it_was_answered_is_the_last_answer(bridge: Bridge) -> None:
    assert ids(bridge) == []
    made = bridge.new_rma()
    assert ids(bridge, headers=ANEW) == [made]
    assert ids(bridge) == [made]
    assert len(bridge.calls()) == 2


@pytest.mark.parametrize("path", [f"{LIST}?limit=2", f"{LIST}?shop={SHOPS[1]}", OPEN])
def test_another_question_is_asked(bridge: Bridge, path: str) -> None:
    ids(bridge)
    ids(bridge, path)
    assert len(bridge.calls()) == 2


def test_who_has_another_connection_or_other_shops_is_answered_for_himself(bridge: Bridge) -> None:
    made = bridge.new_rma()
    elsewhere = bridge.new_rma(shop=SHOPS[1])
    assert ids(bridge) == [made]
    for shop, seen in ((SHOPS[0], made), (SHOPS[1], elsewhere)):
        narrowed = token(bridge, Scope.READ, shops=(shop,))
        assert ids(bridge, token=narrowed) == [seen]
    own = {"x-api-key": "demo-key", "x-shop-name": SHOPS[0]}
    assert ids(bridge, token=None, headers=own) == [made]
    assert len(bridge.calls()) == 5, "a caller's own key is tried first"
    assert ids(bridge, token=token(bridge, Scope.READ)) == [made], "of the same connection"
    assert len(bridge.calls()) == 5


def test_who_may_not_see_what_returngo_sent_is_not_shown_what_another_was(bridge: Bridge) -> None:
    good(bridge.get(f"{LIST}?raw=true"))
    problem(bridge.get(f"{LIST}?raw=true", token=token(bridge, Scope.READ)), 403)
    problem(bridge.get(f"{LIST}?raw=true", token="wrong"), 401)


def test_a_failure_is_never_kept(bridge: Bridge) -> None:
    bridge.control("faults", status=500, share=1)
    problem(bridge.get(LIST), 502)
    bridge.control("faults", "DELETE")
    assert ids(bridge) == []
    problem(bridge.get(f"{LIST}?shop=other.myshopify.com"), 403)
    problem(bridge.get(f"{LIST}?limit=0"), 422)


def test_a_workflow_that_acts_and_then_looks_sees_what_it_has_done(bridge: Bridge) -> None:
    rma_id = bridge.new_rma()

    def status() -> Any:
        (rma,) = good(bridge.get(f"/v1/actions/get_rma?rma_id={rma_id}"))
        return rma["status"]

    assert status() == "Pending"
    for after in ("Approved", "Received"):
        good(bridge.act("update_rma_status", {"rma_id": rma_id, "status": after}))
        assert status() == after


def test_what_another_process_does_is_seen_too(bridge: Bridge, build: Build) -> None:
    rma_id = bridge.new_rma()
    ids(bridge, OPEN)
    action = app.CATALOGUE.actions["update_rma_status"]
    connection = bridge.rules.connections.by_id(OPERATOR)
    assert connection is not None
    fields = {"rma_id": rma_id, "status": "Rejected"}
    build().rules.idempotency.perform(connection, action, fields, None)
    assert ids(bridge, OPEN) == []


def test_what_was_answered_while_an_action_was_being_done_is_not_kept(bridge: Bridge) -> None:
    deeds = bridge.rules.deeds
    deed = deeds.begin(WORKFLOW, "create_rma", connection=OPERATOR)
    assert ids(bridge) == []
    made = bridge.new_rma()
    deeds.end(deed, Outcome.DONE)
    assert ids(bridge) == [made]


def test_what_was_answered_before_an_action_is_not_shown_while_it_is_done(bridge: Bridge) -> None:
    assert ids(bridge) == []
    bridge.rules.deeds.begin(WORKFLOW, "create_rma", connection=OPERATOR)
    made = bridge.new_rma()
    assert ids(bridge) == [made]


def test_what_another_connection_does_changes_nothing(bridge: Bridge) -> None:
    ids(bridge)
    bridge.rules.deeds.begin(WORKFLOW, "create_rma", connection="another")
    ids(bridge)
    assert len(bridge.calls()) == 1


def test_a_clock_that_is_set_back_has_returngo_asked(bridge: Bridge) -> None:
    ids(bridge)
    bridge.clock.advance(-SOON)
    ids(bridge)
    assert len(bridge.calls()) == 2


def test_only_so_many_bytes_of_answers_are_kept_the_newest(bridge: Bridge) -> None:
    size = 1000
    answers = LastAnswers(2 * (OVERHEAD + size))
    asked: list[str] = []

    def ask(path: str, size: int = size) -> int:
        def answer() -> Response:
            asked.append(path)
            return Response(bytes(size))

        headers = ANEW if size > 1000 else {}
        with bridge.app.test_request_context(path, headers=headers):
            g.access = bridge.rules.connections.by_token(TOKEN)
            return len(answers.get(answer).get_data())

    for path in ("/1", "/2", "/2", "/3", "/2", "/1"):
        ask(path)
    assert asked == ["/1", "/2", "/3", "/1"]
    assert ask("/1", 10 * size) == 10 * size, "it is too large to be kept"
    assert ask("/1") == size, "nor is what it has replaced"


def test_what_costs_no_call_is_worked_out_each_time(bridge: Bridge) -> None:
    for _ in range(2):
        assert "Age" not in bridge.get(COUNT).headers


def test_answers_are_kept_for_seconds() -> None:
    assert timedelta(seconds=2) <= KEPT_FOR <= timedelta(seconds=10)
