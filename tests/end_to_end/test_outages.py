"""The disk fills up, the database is locked or away: clear errors, nothing lost, no hand needed."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from connector.store import Store
from tests.deeds import writes
from tests.end_to_end import outages
from tests.end_to_end.hook_receiver import receiving
from tests.end_to_end.test_kills import lapse
from tests.end_to_end.waiting import eventually
from tests.processes import TOKEN, Bridge, Sandbox, running_bridge, running_worker

LONGEST = 10  # seconds that a poll may take, whatever happens
WORKING = 1.0  # seconds for which ReturnGO is at it when the trouble begins
POLL = "/v1/triggers/new_rma"

OUTAGES = [
    pytest.param(outages.full_disk, "database or disk is full", id="full-disk"),
    pytest.param(outages.unwritable_disk, "disk I/O error", id="unwritable-disk"),
    pytest.param(outages.locked_file, "database is locked", id="locked-sqlite"),
    pytest.param(outages.locked_tables, "lock timeout", id="locked-postgresql"),
    pytest.param(outages.silent_database, "connection timeout expired", id="silent-postgresql"),
    pytest.param(outages.lost_database, "not currently accepting", id="lost-postgresql"),
]


def poll(bridge: Bridge) -> requests.Response:
    """Poll; `requests` gives up when it takes too long."""
    return requests.get(
        f"{bridge.url}{POLL}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=LONGEST
    )


def refusal(bridge: Bridge) -> list[requests.Response]:
    """Poll, and answer the refusal, if it is one: there is no third way."""
    answer = poll(bridge)
    assert answer.status_code in {200, 503}, answer.text
    return [] if answer.status_code == 200 else [answer]


def comment(bridge: Bridge, rma: str, word: str) -> requests.Response:
    return bridge.act("add_rma_comment", {"rma_id": rma, "text": word, "idempotency_key": word})


def comments(sandbox: Sandbox) -> list[str]:
    return [call["path"] for call in writes(sandbox) if call["applied"]]


def new_rma(sandbox: Sandbox) -> str:
    return str(sandbox.control("rmas")["rmaSummary"]["rmaId"])


def ids(events: list[dict[str, Any]]) -> list[str]:
    return [event["id"] for event in events]


@pytest.mark.parametrize(("outage", "cause"), OUTAGES)
def test_an_outage_is_told_and_survived(
    real_sandbox: Sandbox, tmp_path: Path, outage: outages.Outage, cause: str
):
    sandbox = real_sandbox
    with (
        outage(tmp_path) as (url, trouble),
        running_bridge(sandbox.url, url) as bridge,
        ThreadPoolExecutor(2) as callers,
    ):
        before = bridge.poll("new_rma")
        rma = new_rma(sandbox)
        sandbox.control("faults", {"kind": "delay", "seconds": WORKING, "method": "POST"})
        begun = callers.submit(comment, bridge, rma, "begun")
        eventually(lambda: writes(sandbox))
        with trouble(bridge):
            untold = callers.submit(eventually, partial(refusal, bridge))
            undone = callers.submit(comment, bridge, rma, "undone")
            late = new_rma(sandbox)
            for answer in (*untold.result(), undone.result()):
                check_problem(answer)
            assert begun.result().status_code == 200, "it was done, whatever was noted of it"
            assert len(comments(sandbox)) == 1, "what cannot be noted is not begun"
            log = "".join(bridge.log)
            assert cause in log

        now = eventually(partial(longer, bridge, len(before) + 1))
        assert ids(now[2:]) == ids(before)
        assert {event["rma_id"] for event in now[:2]} == {rma, late}
        store = Store(url)
        lapse(store)
        store.close()
        for word in ("begun", "undone", "begun", "undone"):
            assert comment(bridge, rma, word).status_code == 200
        assert len(comments(sandbox)) == 2
    outages.check_whole(url)


def check_problem(answer: requests.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) >= 1
    assert "database cannot be used" in answer.json()["detail"]


def longer(bridge: Bridge, length: int) -> list[dict[str, Any]]:
    answer = poll(bridge)
    found: list[dict[str, Any]] = answer.json() if answer.status_code == 200 else []
    return found if len(found) > length else []


def test_workers_that_start_while_the_database_is_away_wait_for_it(
    real_sandbox: Sandbox, tmp_path: Path
):
    with (
        outages.lost_database(tmp_path) as (url, trouble),
        running_bridge(real_sandbox.url, url, WORKERS="2") as bridge,
    ):
        before = bridge.poll("new_rma")
        with trouble(bridge):
            killed = bridge.workers()
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            eventually(lambda: len(set(bridge.workers()) - set(killed)) == len(killed))
            check_problem(poll(bridge))
            check_problem(bridge.call("GET", "/readyz"))
        assert ids(eventually(partial(longer, bridge, len(before) - 1))) == ids(before)


def test_a_worker_gets_over_a_lost_database(real_sandbox: Sandbox, tmp_path: Path):
    with (
        outages.lost_database(tmp_path) as (url, trouble),
        running_bridge(real_sandbox.url, url) as bridge,
        running_worker(real_sandbox.url, url) as worker,
        receiving() as receiver,
    ):
        hook = {"trigger": "refund_requested", "target_url": receiver.url("refunds")}
        assert bridge.call("POST", "/v1/hooks", json=hook).status_code == 201
        refunds: list[str] = []

        def told() -> bool:
            # what could not be noted as sent is sent again, under its id
            by_id = {
                headers["webhook-id"]: json.loads(body)["transaction_id"]
                for _, headers, body in list(receiver.received)
            }
            return list(by_id.values()) == refunds

        refunds.append(str(real_sandbox.control("transactions")["id"]))
        eventually(told)
        with trouble(bridge):
            refunds.append(str(real_sandbox.control("transactions")["id"]))
            eventually(lambda: any("worker.store_unavailable" in line for line in worker.log))
        eventually(told)
