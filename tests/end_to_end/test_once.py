import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.processes import Sandbox, running_bridge

CALLS = 50
SLOW = 29  # seconds: the longest for which ReturnGO's gateway lets a call work


def test_fifty_parallel_calls_with_one_key_write_once(real_sandbox: Sandbox, database_url: str):
    refund = str(real_sandbox.control("transactions")["id"])
    real_sandbox.control("faults", {"kind": "delay", "seconds": 1, "count": 1, "method": "PUT"})
    fields = {"transaction_id": refund, "status": "Success"}
    headers = {"Idempotency-Key": '"refund-1"'}

    with (
        running_bridge(real_sandbox.url, database_url, WORKERS="8") as bridge,
        ThreadPoolExecutor(CALLS) as clients,
    ):
        answers = list(
            clients.map(lambda _: bridge.act("record_transaction", fields, **headers), range(CALLS))
        )
        replay = bridge.act("record_transaction", {**fields, "idempotency_key": "refund-1"})

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 409}
    firsts = [a for a in answers if a.ok and "Idempotency-Replayed" not in a.headers]
    assert len(firsts) == 1
    assert replay.headers["Idempotency-Replayed"] == "true"
    assert replay.json() == firsts[0].json()
    writes = [call for call in real_sandbox.calls() if call["method"] == "PUT"]
    assert len(writes) == 1
    assert writes[0]["applied"]


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
def test_a_comment_that_takes_returngo_longer_than_the_bridge_waits_is_added_once(
    real_sandbox: Sandbox, database_url: str
):
    rma = real_sandbox.control("rmas")["rmaSummary"]["rmaId"]
    real_sandbox.control("faults", {"kind": "delay", "seconds": SLOW, "method": "POST"})
    fields = {"rma_id": rma, "text": "Paid", "idempotency_key": "slow"}
    with (
        running_bridge(real_sandbox.url, database_url) as bridge,
        ThreadPoolExecutor(1) as client,
    ):
        first = client.submit(bridge.act, "add_rma_comment", fields)
        time.sleep(10)
        statuses = [bridge.act("add_rma_comment", fields).status_code]
        assert first.result().status_code == 504
        deadline = time.monotonic() + 2 * SLOW
        while statuses[-1] == 409 and time.monotonic() < deadline:
            time.sleep(0.5)
            statuses.append(bridge.act("add_rma_comment", fields).status_code)
    assert set(statuses[:-1]) == {409}
    assert statuses[-1] == 200
    writes = [call for call in real_sandbox.calls() if call["method"] == "POST"]
    assert [call["applied"] for call in writes] == [True]
