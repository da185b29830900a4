"""kill -9 at every step of every action that writes. KILLS=100 does it a hundred times."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import delete, update

from connector.store import Store
from connector.store.instant import EPOCH
from connector.store.tables import idempotency
from tests.databases import postgres_url, sqlite_url
from tests.end_to_end.kill_steps import STEPS, WORD, Deed, Step, before_the_call, six_deeds, writes
from tests.end_to_end.waiting import eventually
from tests.processes import CALL, SHOPS, Bridge, Sandbox, running_bridge
from tests.tools import path_of

KILLS = int(os.environ.get("KILLS", "1"))
KEY = {"x-api-key": "demo-key", "x-shop-name": SHOPS[0]}
Kill = Callable[[Bridge], None]


def kill_workers(bridge: Bridge) -> None:
    """Kill the workers; their parent starts others."""
    listed = subprocess.run(
        [path_of("pgrep"), "-P", str(bridge.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    for pid in listed.stdout.split():
        os.kill(int(pid), signal.SIGKILL)


def do(bridge: Bridge, deed: Deed) -> requests.Response | None:
    with suppress(requests.ConnectionError):
        return bridge.act(deed.action, deed.fields, **{"Idempotency-Key": WORD})
    return None


def status(bridge: Bridge, deed: Deed) -> int | None:
    answer = do(bridge, deed)
    return None if answer is None else answer.status_code


def done(bridge: Bridge, deed: Deed) -> bool:
    return status(bridge, deed) == 200


def lapse(store: Store) -> None:
    """Have every lease end, as it does by itself in its time."""
    with store.write() as database:
        database.execute(update(idempotency).values(lease_until=EPOCH))


def check(sandbox: Sandbox, bridge: Bridge, deeds: list[Deed], *, was_sent: bool) -> None:
    """Check the ledger and the state: each was done once, and every repetition says so."""
    applied = Counter(call["path"] for call in writes(sandbox) if call["applied"])
    comment, new_rma, refund, *_ = deeds
    # A SET is done again. ReturnGO sees that nothing changes in all of them but a transaction,
    # which it takes a second time, with the same content.
    twice = {refund.entry: 2} if was_sent else {}
    assert applied == dict.fromkeys((deed.entry for deed in deeds), 1) | twice
    paid = sandbox.transaction(refund.fields["transaction_id"])
    assert paid["status"] == refund.fields["status"]
    rma = sandbox_says(sandbox, f"/rma/{comment.fields['rma_id']}")
    assert sum(WORD in each["htmlText"] for each in rma["comments"]) == 1
    latest = sandbox_says(sandbox, "/rmas?pagesize=10&sort_by=-rma_created_at")["rmas"]
    found = [sandbox_says(sandbox, f"/rma/{each['rmaId']}")["orderDetails"] for each in latest]
    assert sum(each["orderId"] == new_rma.fields["order_id"] for each in found) == 1
    for deed in deeds:
        replay = do(bridge, deed)
        assert replay is not None
        assert replay.headers["Idempotency-Replayed"] == "true"


def sandbox_says(sandbox: Sandbox, path: str) -> Any:
    answer = requests.get(f"{sandbox.url}{path}", headers=KEY, timeout=CALL)
    answer.raise_for_status()
    return answer.json()


def kill_at(step: Step, sandbox: Sandbox, bridge: Bridge, store: Store, kill: Kill) -> list[Deed]:
    """Begin the six deeds, and kill the bridge when all of them have come to the step."""
    deeds = six_deeds(sandbox)
    sandbox.control("calls", method="DELETE")
    with (
        ThreadPoolExecutor(len(deeds)) as clients,
        step(sandbox, store) as is_reached,
    ):
        answers = [clients.submit(do, bridge, deed) for deed in deeds]
        eventually(is_reached)
        kill(bridge)
        assert [each.result() for each in answers] == [None] * len(deeds), "too late to kill"
    eventually(lambda: all(call["applied"] for call in writes(sandbox)))
    sandbox.control("faults", method="DELETE")
    return deeds


@pytest.mark.parametrize(
    ("database", "kill"),
    [
        pytest.param(sqlite_url, Bridge.kill, id="whole-sqlite"),
        pytest.param(postgres_url, kill_workers, id="workers-postgresql"),
    ],
)
def test_a_kill_at_any_step_leaves_every_deed_done_once(
    real_sandbox: Sandbox, tmp_path: Path, database: Any, kill: Kill
):
    with database(tmp_path) as url, ExitStack() as opened:
        bridge = opened.enter_context(running_bridge(real_sandbox.url, url))
        store = Store(url)
        opened.callback(store.close)
        bridge.call("GET", "/v1/actions/get_rma", params={"rma_id": "1"})  # makes the budget
        for step in STEPS * KILLS:
            deeds = kill_at(step, real_sandbox, bridge, store, kill)
            if bridge.process.poll() is not None:
                bridge = opened.enter_context(running_bridge(real_sandbox.url, url))
            early = eventually(partial(status, bridge, deeds[0]))
            assert early == 409, "before the lease ends nobody touches it"
            lapse(store)
            with ThreadPoolExecutor(len(deeds)) as clients:
                repeated = clients.map(eventually, [partial(done, bridge, deed) for deed in deeds])
                assert all(repeated)
            check(real_sandbox, bridge, deeds, was_sent=step is not before_the_call)
            with store.write() as connection:
                connection.execute(delete(idempotency))
