from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.processes import Sandbox, running_bridge

CALLS = 50


def test_fifty_parallel_calls_with_one_key_write_once(real_sandbox: Sandbox, database_url: str):
    refund = str(real_sandbox.control("transactions")["id"])
    real_sandbox.control("faults", {"kind": "delay", "seconds": 1, "count": 1, "method": "PUT"})
    fields = {"transaction_id": refund, "status": "Success"}
    headers = {"Idempotency-Key": '"refund-1"'}

    with (
        running_bridge(real_sandbox.url, database_url, WORKERS="4") as bridge,
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
