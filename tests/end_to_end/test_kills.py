"""kill -9 at every step of every action that writes.

KILLS=100 catches each action a hundred times at each step, up to four of each in one kill.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import delete, update

from connector.store import Store
from connector.store.instant import EPOCH
from connector.store.tables import idempotency
from tests.databases import postgres_url, sqlite_url
from tests.deeds import WORD, Deed, deeds_of, writes
from tests.end_to_end.kill_steps import STEPS, Step
from tests.end_to_end.waiting import eventually
from tests.processes import CALL, SHOPS, Bridge, Sandbox, running_bridge

KILLS = int(os.environ.get("KILLS", "1"))
AT_ONCE = 4  # a worker has 30 connections to the database, and each deed may hold one
KEY = {"x-api-key": "demo-key", "x-shop-name": SHOPS[0]}
FAST = "1000"  # calls a second
TRIES = 5
Kill = Callable[[Bridge], None]


def kill_workers(bridge: Bridge) -> None:
    """Kill the workers; their parent starts others."""
    for pid in bridge.workers():
        os.kill(pid, signal.SIGKILL)


def do(bridge: Bridge, deed: Deed, number: int) -> requests.Response | None:
    with suppress(requests.ConnectionError):
        return bridge.act(deed.action, deed.fields, **{"Idempotency-Key": f"{WORD}-{number}"})
    return None


def status(bridge: Bridge, deed: Deed, number: int) -> int | None:
    answer = do(bridge, deed, number)
    return None if answer is None else answer.status_code


def is_over(bridge: Bridge, deed: Deed, number: int) -> bool:
    """Return whether it is done, or refused for good since nobody can know."""
    answer = do(bridge, deed, number)
    if answer is not None and deed.blind and answer.status_code == 409:
        return "Retry-After" not in answer.headers
    return answer is not None and answer.status_code == 200


def lapse(store: Store) -> None:
    """Have every lease end, as it does by itself in its time."""
    with store.write() as database:
        database.execute(update(idempotency).values(lease_until=EPOCH))


def due(deed: Deed, step: Step) -> int:
    """Say how often the ledger must have a deed.

    A SET is done again. ReturnGO sees that nothing changes in all of them but two, which it takes
    a second time, with the same content. What nobody can look for is not done again.
    """
    if deed.again and step.is_sent and not step.is_noted:
        return 2
    return 0 if deed.blind and not step.is_sent else 1


def check_state(sandbox: Sandbox, deeds: list[Deed]) -> None:
    """Look at what ReturnGO has in the end: each once."""
    comment, new_rma, refund, *_ = deeds
    paid = sandbox.transaction(refund.fields["transaction_id"])
    assert paid["status"] == refund.fields["status"]
    rma = sandbox_says(sandbox, f"/rma/{comment.fields['rma_id']}")
    assert sum(WORD in each["htmlText"] for each in rma["comments"]) == 1
    latest = sandbox_says(sandbox, f"/rmas?pagesize={AT_ONCE}&sort_by=-rma_created_at")["rmas"]
    found = [sandbox_says(sandbox, f"/rma/{each['rmaId']}")["orderDetails"] for each in latest]
    assert sum(each["orderId"] == new_rma.fields["order_id"] for each in found) == 1


def sandbox_says(sandbox: Sandbox, path: str) -> Any:
    answer = requests.get(f"{sandbox.url}{path}", headers=KEY, timeout=CALL)
    answer.raise_for_status()
    return answer.json()


def kill_at(
    step: Step, count: int, sandbox: Sandbox, bridge: Bridge, store: Store, kill: Kill
) -> list[list[Deed]]:
    """Begin so many of each deed, and kill the bridge when all of them have come to the step.

    A busy machine can be too late for a step that passes by itself; then it is tried again.
    """
    for _ in range(TRIES):
        begin_anew(sandbox, store)
        sets = deeds_of(sandbox, count, datetime.now(UTC))
        deeds = [(deed, number) for number, each in enumerate(sets) for deed in each]
        with (
            ThreadPoolExecutor(len(deeds)) as clients,
            step.catch(sandbox, store, len(deeds)) as is_reached,
        ):
            answers = [clients.submit(do, bridge, *deed) for deed in deeds]
            eventually(is_reached)
            kill(bridge)
            is_in_time = all(each.result() is None for each in answers)
        eventually(lambda: all(call["applied"] for call in writes(sandbox)))
        sandbox.control("faults", method="DELETE")
        if is_in_time:
            return sets
        assert step.is_brief, "only what passes by itself can be missed"
    raise AssertionError(f"too late to kill, {TRIES} times")


def begin_anew(sandbox: Sandbox, store: Store) -> None:
    sandbox.control("reset", {"empty": True})
    sandbox.control("limits", {"second": int(FAST)})
    with store.write() as database:
        database.execute(delete(idempotency))


@pytest.mark.parametrize(
    ("database", "kill", "steps"),
    [
        # SQLite's readers wait for nobody, so the last step cannot be held there
        pytest.param(sqlite_url, Bridge.kill, STEPS[:-1], id="whole-sqlite"),
        pytest.param(postgres_url, kill_workers, STEPS, id="workers-postgresql"),
    ],
)
def test_a_kill_at_any_step_leaves_every_deed_done_once(
    real_sandbox: Sandbox, tmp_path: Path, database: Any, kill: Kill, steps: tuple[Step, ...]
):
    start = partial(running_bridge, real_sandbox.url, RETURNGO_SECOND_LIMIT=FAST)
    with database(tmp_path) as url, ExitStack() as opened:
        bridge = opened.enter_context(start(url))
        store = Store(url)
        opened.callback(store.close)
        bridge.call("GET", "/v1/actions/get_rma", params={"rma_id": "1"})  # makes the budget
        for step in steps:
            tally: Counter[str] = Counter()
            at_once = 1 if step.is_brief else min(KILLS, AT_ONCE)
            for _ in range(0, KILLS, at_once):
                sets = kill_at(step, at_once, real_sandbox, bridge, store, kill)
                if bridge.process.poll() is not None:
                    bridge = opened.enter_context(start(url))
                repeat(bridge, store, step, sets)
                tally += outcome(real_sandbox, bridge, step, sets)
            figures = (str(tally[each]) for each in ("deeds", "missed", "doubled", "again"))
            sys.stdout.write(f"| {step.moment} | {' | '.join(figures)} |\n")


def repeat(bridge: Bridge, store: Store, step: Step, sets: list[list[Deed]]) -> None:
    """Have the clients ask again: in vain as long as the lease lasts, then until it is over."""
    early = eventually(partial(status, bridge, sets[0][0], 0))
    assert early == (200 if step.is_noted else 409), "before the lease ends nobody touches it"
    lapse(store)
    looks = [
        partial(is_over, bridge, deed, number) for number, each in enumerate(sets) for deed in each
    ]
    with ThreadPoolExecutor(len(looks)) as clients:
        assert all(clients.map(eventually, looks))


def outcome(sandbox: Sandbox, bridge: Bridge, step: Step, sets: list[list[Deed]]) -> Counter[str]:
    """Compare the ledger with what must have been done; every repetition must say so."""
    deeds = list(chain(*sets))
    applied = Counter(call["path"] for call in writes(sandbox) if call["applied"])
    expected: Counter[str] = Counter()
    for deed in deeds:
        expected[deed.entry] += due(deed, step)
    missed, doubled = expected - applied, applied - expected
    assert not missed
    assert not doubled
    for number, each in enumerate(sets):
        check_state(sandbox, each)
        for deed in each:
            if not deed.blind or step.is_noted:
                replay = do(bridge, deed, number)
                assert replay is not None
                assert replay.headers["Idempotency-Replayed"] == "true"
    assert sum(call["applied"] for call in writes(sandbox)) == applied.total()
    return Counter(
        deeds=len(deeds),
        missed=missed.total(),
        doubled=doubled.total(),
        again=sum(due(deed, step) == 2 for deed in deeds),
    )
