from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.budget import Budget
from connector.connections import Connection
from connector.returngo import ReturnGO, Transport, Upstream, rmas_of
from connector.returngo.transaction_owner import TRIES
from connector.sandbox.app import SandboxApp, create_app
from connector.sandbox.gateway.faults import Fault
from connector.store import Store, migrate
from tests.processes import SHOPS
from tests.stand_ins import HandClock, WsgiAdapter

DEMO = SHOPS[0]
MANY = 1000
Make = Callable[..., Any]


@pytest.fixture
def returngo(upstream: Upstream, connection: Connection) -> ReturnGO:
    return upstream.open(connection, DEMO)


def rma_id_of(details: dict[str, Any]) -> str:
    return str(details["rmaSummary"]["rmaId"])


def count_calls(sandbox: SandboxApp) -> int:
    return len(sandbox.simulation.calls)


def test_a_refund_that_was_asked_for_now_belongs_to_the_rma_that_moved_now(
    control: Make, returngo: ReturnGO, sandbox: SandboxApp, clock: HandClock
) -> None:
    for _ in range(20):
        control("rmas")
        clock.advance(timedelta(hours=1))
    mine = control("rmas", status="Approved")
    row = control("transactions", rma_id=int(rma_id_of(mine)))
    for _ in range(5):
        clock.advance(timedelta(hours=1))
        control("rmas")
    found = rmas_of(returngo, [row], most_calls=MANY)
    assert {each: rma_id_of(details) for each, details in found.items()} == {
        str(row["id"]): rma_id_of(mine)
    }
    assert count_calls(sandbox) == 2


def test_several_transactions_of_an_rma_cost_one_look_at_it(
    control: Make, returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    rma = control("rmas")
    rows = [control("transactions", rma_id=int(rma_id_of(rma))) for _ in range(3)]
    found = rmas_of(returngo, rows, most_calls=MANY)
    assert {rma_id_of(details) for details in found.values()} == {rma_id_of(rma)}
    assert len(found) == 3
    assert count_calls(sandbox) == 2


def test_a_known_rma_is_looked_at_first_and_one_that_is_wrong_costs_one_call_more(
    control: Make, returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    mine, other = (rma_id_of(control("rmas")) for _ in range(2))
    row = control("transactions", rma_id=int(mine))
    transaction_id = str(row["id"])
    found = rmas_of(returngo, [row], most_calls=MANY, known={transaction_id: mine})
    assert rma_id_of(found[transaction_id]) == mine
    assert count_calls(sandbox) == 1
    found = rmas_of(returngo, [row], most_calls=MANY, known={transaction_id: other})
    assert rma_id_of(found[transaction_id]) == mine
    assert count_calls(sandbox) == 1 + 3


def test_where_nothing_is_asked_nothing_is_called(
    control: Make, returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    control("transactions")
    assert rmas_of(returngo, [], most_calls=MANY) == {}
    assert rmas_of(returngo, [{"id": 1}], most_calls=1) == {}
    assert count_calls(sandbox) == 0


def test_a_transaction_of_nobody_knows_what_is_left_out(
    control: Make, returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    for _ in range(9):
        control("rmas")
    assert (
        rmas_of(returngo, [{"id": 1, "createdAt": "2026-02-04T12:00:00Z"}], most_calls=MANY) == {}
    )
    assert count_calls(sandbox) == 1 + TRIES + 1


def test_a_refund_long_after_the_last_step_is_found_by_halving(
    control: Make, returngo: ReturnGO, sandbox: SandboxApp, clock: HandClock
) -> None:
    made = [control("rmas") for _ in range(5)]
    for _ in range(60):
        clock.advance(timedelta(minutes=10))
        control("rmas")
    rows = [control("transactions", rma_id=int(rma_id_of(each))) for each in made[:2]]
    found = rmas_of(returngo, rows, most_calls=MANY)
    assert [rma_id_of(found[str(row["id"])]) for row in rows] == [rma_id_of(r) for r in made[:2]]
    assert count_calls(sandbox) <= 1 + TRIES + 2 * (1 + 6 + 1)


@settings(max_examples=12)
@given(
    seed=st.integers(1, 50),
    most_calls=st.integers(0, 30),
    chosen=st.lists(st.integers(0, 400), max_size=12),
)
def test_an_rma_is_never_the_wrong_one_and_the_calls_are_kept(
    tmp_path_factory: pytest.TempPathFactory, seed: int, most_calls: int, chosen: list[int]
) -> None:
    clock = HandClock()
    sandbox = create_app(
        now=clock.now, pause=clock.sleep, seed=seed, daily_limit=10**6, second_limit=10**6
    )
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('kin') / 'kin.sqlite3'}")
    migrate(store)
    transport = Transport("http://sandbox.example.com", clock=clock, adapter=WsgiAdapter(sandbox))
    try:
        budget = Budget(store, daily=10**6, second=10**6, clock=clock)
        connection = Connection(id="operator", shops=SHOPS, api_key="demo-key", label="demo")
        returngo = Upstream(transport, budget, clock).open(connection, DEMO)
        rows = returngo.list_transactions().rows
        asked = [rows[n % len(rows)] for n in chosen]
        before = count_calls(sandbox)
        found = rmas_of(returngo, asked, most_calls=most_calls)
        assert count_calls(sandbox) - before <= most_calls
    finally:
        transport.close()
        store.close()
    transactions = sandbox.simulation.world.transactions
    for transaction_id, details in found.items():
        assert str(transactions[int(transaction_id)].rma_id) == rma_id_of(details)


def test_ids_that_are_null_are_nobodys(
    control: Make, returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    control("rmas")
    for rma in sandbox.simulation.world.rmas.values():
        for item in rma.items:
            item["returnedItemId"] = None
    row = {"id": 1, "returnItemIds": [None], "createdAt": "2026-02-04T12:00:00Z"}
    assert rmas_of(returngo, [row, {"id": None}], most_calls=MANY) == {}


@pytest.mark.parametrize("path", ["/rmas", "/rma/", "/transactions"])
def test_when_returngo_fails_less_is_found_and_nothing_raised(
    control: Make, returngo: ReturnGO, sandbox: SandboxApp, path: str
) -> None:
    rma = control("rmas")
    row = control("transactions", rma_id=int(rma_id_of(rma)))
    sandbox.simulation.faults.standing.append(Fault("status", path=path, count=None))
    found = rmas_of(returngo, [row], most_calls=MANY)
    assert set(found) == ({str(row["id"])} if path == "/transactions" else set())


def test_no_call_is_made_once_the_time_is_over(
    control: Make, returngo: ReturnGO, sandbox: SandboxApp, clock: HandClock
) -> None:
    rows = [control("transactions", rma_id=int(rma_id_of(control("rmas")))) for _ in range(5)]
    control("faults", kind="delay", seconds=8, share=1)
    began = clock.now()
    rmas_of(returngo, rows, most_calls=MANY, seconds=20.0)
    assert count_calls(sandbox) == 3
    assert clock.now() - began < timedelta(seconds=30)
