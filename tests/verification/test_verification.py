from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from connector.budget import Budget
from connector.connections import Connection
from connector.returngo import (
    DayQuotaReached,
    KeyRefused,
    ShopRefused,
    Transport,
    Unavailable,
    Upstream,
)
from connector.sandbox.app import SandboxApp
from connector.store import Store, StoreUnavailable
from connector.store.tables import verification
from connector.verification import VERIFIED_FOR, Verification
from tests.stand_ins import HandClock

DEMO, OUTLET = "demo.myshopify.com", "outlet.myshopify.com"


@pytest.fixture
def verifying(store: Store, upstream: Upstream, clock: HandClock) -> Verification:
    return Verification(store, upstream, clock)


def owner(api_key: str = "demo-key", *shops: str, name: str = "operator") -> Connection:
    return Connection(id=name, shops=shops or (DEMO,), api_key=api_key, label="")


def calls(sandbox: SandboxApp) -> int:
    return len(sandbox.simulation.calls)


def test_a_good_key_is_asked_of_returngo_once_in_a_while(
    verifying: Verification, connection: Connection, sandbox: SandboxApp, clock: HandClock
):
    verified_at = clock.now()
    assert verifying.verify(connection, DEMO) == verified_at
    clock.advance(VERIFIED_FOR - timedelta(microseconds=1))
    assert verifying.verify(connection, DEMO) == verified_at
    assert calls(sandbox) == 1

    clock.advance(timedelta(microseconds=1))
    assert verifying.verify(connection, DEMO) == clock.now()
    assert calls(sandbox) == 2


def test_what_was_verified_is_known_to_every_process_on_every_database(
    each_store: Store,
    upstream: Upstream,
    clock: HandClock,
    connection: Connection,
    sandbox: SandboxApp,
):
    for _ in range(2):
        Verification(each_store, upstream, clock).verify(connection, DEMO)
    clock.advance(VERIFIED_FOR)
    Verification(each_store, upstream, clock).verify(connection, DEMO)

    assert calls(sandbox) == 2
    with each_store.read() as connected:
        assert connected.execute(select(verification.c.checked_at)).scalars().all() == [clock.now()]


@pytest.mark.parametrize(
    ("stranger", "kind"),
    [
        (owner("no-such-key"), KeyRefused),
        (owner("demo-key", "other.myshopify.com"), ShopRefused),
    ],
    ids=["key", "shop"],
)
def test_a_refusal_is_remembered_too(
    verifying: Verification,
    sandbox: SandboxApp,
    clock: HandClock,
    stranger: Connection,
    kind: type[Exception],
):
    sentences = set()
    for _ in range(3):
        with pytest.raises(kind) as error:
            verifying.verify(stranger, stranger.shops[0])
        sentences.add(str(error.value))
    assert calls(sandbox) == 1
    assert len(sentences) == 1

    clock.advance(VERIFIED_FOR)
    with pytest.raises(kind):
        verifying.verify(stranger, stranger.shops[0])
    assert calls(sandbox) == 2


def test_a_new_key_is_not_judged_by_the_old_one(verifying: Verification, sandbox: SandboxApp):
    with pytest.raises(KeyRefused):
        verifying.verify(owner("mistyped"), DEMO)

    verifying.verify(owner("demo-key"), DEMO)
    with pytest.raises(KeyRefused):
        verifying.verify(owner("mistyped"), DEMO)
    assert calls(sandbox) == 3


def test_shops_and_connections_are_verified_each(
    verifying: Verification, connection: Connection, sandbox: SandboxApp
):
    verifying.verify(connection, DEMO)
    verifying.verify(connection, OUTLET)
    with pytest.raises(ShopRefused):
        verifying.verify(owner("demo-key", "other.myshopify.com"), "other.myshopify.com")
    verifying.verify(owner("demo-key", DEMO, name="key-1"), DEMO)

    assert calls(sandbox) == 4


def test_an_outage_says_nothing_about_the_key(
    verifying: Verification, connection: Connection, sandbox: SandboxApp
):
    client = sandbox.test_client()
    client.post("/_sandbox/faults", json={"status": 500, "count": 4})
    with pytest.raises(Unavailable):
        verifying.verify(connection, DEMO)
    client.post("/_sandbox/limits", json={"daily": 0})
    with pytest.raises(DayQuotaReached):
        verifying.verify(connection, DEMO)


def test_an_outage_does_not_wipe_out_nor_prolong_what_was_known(
    verifying: Verification, connection: Connection, sandbox: SandboxApp, clock: HandClock
):
    verifying.verify(connection, DEMO)
    clock.advance(VERIFIED_FOR)
    sandbox.test_client().post("/_sandbox/faults", json={"status": 500, "count": 4})
    with pytest.raises(Unavailable):
        verifying.verify(connection, DEMO)

    assert verifying.verify(connection, DEMO) == clock.now()


def test_it_costs_one_call_for_one_row(
    verifying: Verification, connection: Connection, sandbox: SandboxApp
):
    verifying.verify(connection, DEMO)
    call = sandbox.simulation.calls[0]

    assert (call.path, call.query) == ("/rmas", "pagesize=1")


def test_without_the_database_nothing_is_asked(
    tmp_path: Path,
    upstream: Upstream,
    clock: HandClock,
    connection: Connection,
    sandbox: SandboxApp,
):
    nowhere = Store(f"sqlite:///{tmp_path}/no-such-folder/bridge.sqlite3")

    with pytest.raises(StoreUnavailable):
        Verification(nowhere, upstream, clock).verify(connection, DEMO)
    assert calls(sandbox) == 0


def test_the_key_is_not_stored(verifying: Verification, connection: Connection, store: Store):
    verifying.verify(connection, DEMO)

    with store.read() as connected:
        assert "demo-key" not in repr(connected.execute(select(verification)).all())


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(hours=2), timedelta(days=30)])
def test_what_was_verified_in_the_future_is_asked_again(
    store: Store,
    transport: Transport,
    connection: Connection,
    sandbox: SandboxApp,
    clock: HandClock,
    back: timedelta,
):
    budget = Budget(store, daily=9, second=9, clock=clock)
    verifying = Verification(store, Upstream(transport, budget, clock), clock)
    verifying.verify(connection, DEMO)
    clock.advance(-back)
    assert verifying.verify(connection, DEMO) == clock.now()
    assert verifying.verify(connection, DEMO) == clock.now()
    assert calls(sandbox) == 2
