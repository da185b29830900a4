import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests

from tests.deeds import Deed, deeds_of, writes
from tests.end_to_end.waiting import eventually
from tests.processes import Bridge, Sandbox, running_bridge

CALLS = 50
WORKERS = 4
SOON = 10  # seconds after which a client asks again
SLOW = 29  # seconds: the longest for which ReturnGO's gateway lets a call work


def test_fifty_parallel_calls_with_one_key_write_once(
    real_sandbox: Sandbox, each_database_url: str
):
    refund = str(real_sandbox.control("transactions")["id"])
    real_sandbox.control("faults", {"kind": "delay", "seconds": 2, "count": 1, "method": "PUT"})
    fields = {"transaction_id": refund, "status": "Success"}
    headers = {"Idempotency-Key": '"refund-1"'}
    together = threading.Barrier(CALLS)

    with (
        running_bridge(real_sandbox.url, each_database_url, WORKERS=str(WORKERS)) as bridge,
        ThreadPoolExecutor(CALLS) as clients,
    ):
        eventually(lambda: sum("web.started" in line for line in bridge.log) == WORKERS)

        def ask(_: int) -> requests.Response:
            together.wait()
            return bridge.act("record_transaction", fields, **headers)

        answers = list(clients.map(ask, range(CALLS)))
        replay = bridge.act("record_transaction", {**fields, "idempotency_key": "refund-1"})

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {200, 409}
    firsts = [a for a in answers if a.ok and "Idempotency-Replayed" not in a.headers]
    assert len(firsts) == 1
    assert replay.headers["Idempotency-Replayed"] == "true"
    assert replay.json() == firsts[0].json()
    (write,) = writes(real_sandbox)
    assert write["applied"]


def test_a_write_whose_answer_is_lost_is_repeated_and_answered(
    real_sandbox: Sandbox, database_url: str
):
    rma = real_sandbox.control("rmas")["rmaSummary"]["rmaId"]
    real_sandbox.control("faults", {"kind": "lost_answer", "count": 1, "method": "PUT"})
    with running_bridge(real_sandbox.url, database_url) as bridge:
        answer = bridge.act("update_rma_status", {"rma_id": rma, "status": "Approved"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "Approved"
    writes = [call for call in real_sandbox.calls() if call["method"] == "PUT"]
    assert [call["applied"] for call in writes] == [True, False]


@pytest.mark.skipif("SLOW_RETURNGO" not in os.environ, reason="It takes a minute: SLOW_RETURNGO=1.")
def test_what_takes_returngo_longer_than_the_bridge_waits_is_done_once(
    real_sandbox: Sandbox, database_url: str
):
    """Every action at once, in real time; tests/idempotency tries it by a clock that is moved."""
    (deeds,) = deeds_of(real_sandbox, 1, datetime.now(UTC))
    for method, count in (("POST", 4), ("PUT", 3), ("DELETE", 1)):
        delay = {"kind": "delay", "seconds": SLOW, "method": method}
        real_sandbox.control("faults", {**delay, "count": count})
    with (
        running_bridge(real_sandbox.url, database_url) as bridge,
        ThreadPoolExecutor(len(deeds)) as clients,
    ):
        bridge.call("GET", "/v1/me")  # so that starting counts for nobody's patience

        def statuses(deed: Deed) -> list[int]:
            return [answer.status_code for answer in answers(bridge, deed)]

        took = list(clients.map(statuses, deeds))
    for deed, (first, soon, *later, last) in zip(deeds, took, strict=True):
        assert (first, soon, set(later) - {409}) == (504, 409, set())
        assert last == (409 if deed.blind else 200)
    applied = Counter(call["path"] for call in writes(real_sandbox) if call["applied"])
    assert applied == {deed.entry: 1 + deed.again for deed in deeds}


def answers(bridge: Bridge, deed: Deed) -> Iterator[requests.Response]:
    """Ask, ask again after ten seconds, and then until it is over."""
    key = {"Idempotency-Key": "slow"}
    with ThreadPoolExecutor(1) as client:
        first = client.submit(bridge.act, deed.action, deed.fields, **key)
        time.sleep(SOON)
        soon = bridge.act(deed.action, deed.fields, **key)
        yield first.result()
    yield soon
    deadline = time.monotonic() + 2 * SLOW
    while time.monotonic() < deadline:
        answer = bridge.act(deed.action, deed.fields, **key)
        yield answer
        if "Retry-After" not in answer.headers:
            return
        time.sleep(1)
