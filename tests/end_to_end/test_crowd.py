"""A ReturnGO that hangs for everybody takes the bridge from nobody who does not need it."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
import requests

from connector.threads import MOST_CALLING, WEB_THREADS
from tests.end_to_end.waiting import eventually
from tests.processes import TOKEN, Bridge, Sandbox, running_bridge

LONGEST = 10  # seconds that a poll may take, whatever happens
HANGING = {"kind": "delay", "seconds": 25, "share": 1}
CALLERS = 2 * WEB_THREADS + 10


@pytest.fixture
def bridge(real_sandbox: Sandbox, database_url: str) -> Iterator[Bridge]:
    """One worker, whose threads could run out, with a feed that has been read once."""
    with running_bridge(real_sandbox.url, database_url, WORKERS="1") as bridge:
        bridge.poll("new_rma")
        real_sandbox.control("faults", HANGING)
        yield bridge
        bridge.kill()  # nobody waits until ReturnGO is done


def ask(bridge: Bridge, path: str) -> requests.Response:
    """Ask for something that must not wait: `requests` gives up when it is too late."""
    return requests.get(
        f"{bridge.url}{path}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=LONGEST
    )


@contextmanager
def many(bridge: Bridge, path: str) -> Iterator[list[requests.Response]]:
    """Ask for the same from many sides at once; those that are answered are listed."""
    answers: list[requests.Response] = []
    is_over = Event()

    def call(_: int) -> None:
        try:
            answers.append(bridge.call("GET", path))
        except requests.ConnectionError:
            assert is_over.is_set()

    with ThreadPoolExecutor(CALLERS) as callers:
        calls = callers.map(call, range(CALLERS))
        yield answers
        is_over.set()
        bridge.kill()
    list(calls)


def test_polls_are_answered_while_as_many_calls_hang_as_may(bridge: Bridge):
    with many(bridge, "/v1/actions/get_rma?rma_id=1001") as refused:
        eventually(lambda: len(refused) == CALLERS - MOST_CALLING)
        polls = [ask(bridge, "/v1/triggers/new_rma") for _ in range(2)]
        health = [ask(bridge, path) for path in ("/healthz", "/readyz", "/v1/triggers")]
        answered = list(refused)

    assert [each.status_code for each in polls + health] == [200] * 5
    assert all(each.json() for each in polls)
    assert Counter(each.status_code for each in answered) == {503: CALLERS - MOST_CALLING}
    problem = answered[0]
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert int(problem.headers["Retry-After"]) >= 1
    assert "Nothing was done" in problem.json()["detail"]


def test_a_crowd_of_polls_is_answered_in_time(bridge: Bridge):
    with ThreadPoolExecutor(CALLERS) as callers:
        polls = list(callers.map(ask, [bridge] * CALLERS, ["/v1/triggers/new_rma"] * CALLERS))

    assert {each.status_code for each in polls} == {200}
    assert all(each.json() for each in polls)
