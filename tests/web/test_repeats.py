"""A poll that is asked again is answered again, until anything could be otherwise."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from connector.connections import Scope
from connector.connections.connections import OPERATOR
from connector.feed import Feed
from connector.store import Store
from tests.processes import SHOPS
from tests.stand_ins import HandClock
from tests.web.answers import good, problem
from tests.web.conftest import Bridge, Build

POLL = "/v1/triggers/new_rma"
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """List what the feed is asked from now on."""
    seen: list[object] = []
    poll = Feed.poll

    def counted(feed: Feed, *question: Any) -> Any:
        seen.append(question)
        return poll(feed, *question)

    monkeypatch.setattr(Feed, "poll", counted)
    return seen


@pytest.fixture
def settled(bridge: Bridge, clock: HandClock) -> Bridge:
    """A bridge with something to show, in a new second, in which nothing is due or noted."""
    bridge.new_rma()
    good(bridge.get(POLL))
    clock.advance(A_SECOND)
    good(bridge.get(POLL))
    clock.advance(A_SECOND)
    return bridge


def write(store: Store) -> None:
    with store.write() as database:
        database.execute(text("UPDATE alembic_version SET version_num = version_num"))


def headers_of(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name != "X-Request-Id"}


def test_a_repeat_is_answered_alike_without_asking_the_feed(
    settled: Bridge, asked: list[object], log: list[Any]
):
    named = {"X-Request-Id": "request-2", "Host": "another.example.com"}
    first, again = settled.get(POLL), settled.get(POLL, headers=named)
    assert len(asked) == 1
    assert (again.status_code, again.data) == (200, first.data)
    assert headers_of(again) == headers_of(first)
    assert again.headers.getlist("X-Request-Id") == ["request-2"]
    lines = [each for each in log if each["event"] == "web.request"]
    assert [(each["path"], each["status"]) for each in lines] == [(POLL, 200)] * 2
    assert lines[1]["request_id"] == "request-2"


def test_what_is_known_is_told_again(settled: Bridge, asked: list[object]):
    known = {"If-None-Match": settled.get(POLL).headers["ETag"]}
    answers = [settled.get(POLL, headers=known) for _ in range(3)]
    assert [(each.status_code, each.data) for each in answers] == [(304, b"")] * 3
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?limit=1", {}),
        ("/batch?after=0", {}),
        ("", {"Accept-Encoding": "gzip"}),
        ("", {"If-None-Match": '"another"'}),
    ],
)
def test_another_question_has_an_answer_of_its_own(
    settled: Bridge, asked: list[object], query: str, headers: dict[str, str]
):
    first = settled.get(POLL)
    before = len(asked)
    other = settled.get(f"{POLL}{query}", headers=headers)
    assert other.status_code in (200, 202)
    assert len(asked) > before or headers_of(other) != headers_of(first)


def test_workflows_with_tokens_of_their_own_share_what_they_may_both_see(
    settled: Bridge, asked: list[object]
):
    tokens = [
        settled.rules.connections.tokens.add(OPERATOR, name, [Scope.READ]).text
        for name in ("one", "another")
    ]
    for each in tokens:
        settled.get("/v1/me", token=each)  # its first use is noted
    asked.clear()
    first, other = (settled.get(POLL, token=each) for each in tokens)
    assert other.data == first.data
    assert len(asked) == 1


def test_a_token_for_another_shop_or_scope_has_answers_of_its_own(settled: Bridge):
    tokens = settled.rules.connections.tokens
    narrow = tokens.add(OPERATOR, "outlet", [Scope.READ], shops=(SHOPS[1],)).text
    none = tokens.add(OPERATOR, "hooks", [Scope.HOOKS]).text
    assert good(settled.get(POLL)) != []
    assert good(settled.get(POLL, token=narrow)) == []
    problem(settled.get(POLL, token=none), 403)


def test_another_caller_is_asked_who_that_is(settled: Bridge):
    good(settled.get(POLL))
    problem(settled.get(POLL, token="wrong"), 401)
    problem(settled.get(POLL, token=None), 401)


def test_what_anybody_writes_ends_it(settled: Bridge, asked: list[object]):
    good(settled.get(POLL))
    write(settled.rules.store)
    good(settled.get(POLL))
    assert len(asked) == 2


def test_what_is_written_while_it_is_made_ends_it(
    settled: Bridge, asked: list[object], monkeypatch: pytest.MonkeyPatch
):
    poll = Feed.poll

    def written_meanwhile(feed: Feed, *question: Any) -> Any:
        page = poll(feed, *question)
        write(settled.rules.store)
        return page

    with monkeypatch.context() as patch:
        patch.setattr(Feed, "poll", written_meanwhile)
        good(settled.get(POLL))
    good(settled.get(POLL))
    assert len(asked) == 2


@pytest.mark.parametrize("step", [A_SECOND, -A_SECOND])
def test_another_second_ends_it(
    settled: Bridge, asked: list[object], clock: HandClock, step: timedelta
):
    good(settled.get(POLL))
    clock.advance(step)
    good(settled.get(POLL))
    assert len(asked) == 2


def test_a_token_that_is_revoked_is_refused_at_once(settled: Bridge):
    tokens = settled.rules.connections.tokens
    made = tokens.add(OPERATOR, "workflow", [Scope.READ])
    for _ in range(3):
        good(settled.get(POLL, token=made.text))
    tokens.revoke(made.token.id)
    problem(settled.get(POLL, token=made.text), 401)


def test_without_a_stamp_nothing_is_repeated(
    settled: Bridge, asked: list[object], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Store, "stamp", lambda _: None)
    for _ in range(2):
        good(settled.get(POLL))
    assert len(asked) == 2


def test_where_nothing_may_be_kept_nothing_is_repeated(build: Build, asked: list[object]):
    bridge = build(page_cache=0)
    for _ in range(3):
        good(bridge.get(POLL))
    assert len(asked) == 3


def test_trouble_is_not_kept(settled: Bridge, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: Any) -> Any:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(Feed, "poll", fail)
        problem(settled.get(POLL), 500)
    good(settled.get(POLL))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST"])
def test_only_a_poll_is_repeated(settled: Bridge, method: str):
    body = good(settled.get(POLL))
    other = settled.call(method, POLL)
    assert other.data != body
    assert other.status_code == (405 if method == "POST" else 200)


def test_how_long_a_repeat_took_is_counted(build: Build):
    bridge = build(metrics_token="m" * 32)
    before = told(bridge)
    for _ in range(5):
        good(bridge.get(POLL))
    assert told(bridge) == before + 5


def told(bridge: Bridge) -> float:
    text = bridge.get("/metrics", token="m" * 32).text
    counts = [
        float(line.rpartition(" ")[2])
        for line in text.splitlines()
        if line.startswith('returngo_answer_seconds_count{asked="poll",status="200"}')
    ]
    return sum(counts)
