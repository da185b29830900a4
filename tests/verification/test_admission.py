"""A caller's own key is known once ReturnGO has accepted it; only so many others are tried."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import func, select

from connector.connections import BROUGHT, Connection, TooManyTries
from connector.connections.wrong_tries import MOST, WITHIN, WrongTries
from connector.returngo import DayQuotaReached, KeyRefused, ShopRefused, Throttled, Upstream
from connector.sandbox.app import SandboxApp
from connector.store import Store
from connector.store.tables import metadata
from connector.threads import Overloaded
from connector.verification import KNOWN_FOR, VERIFIED_FOR, Admission, KeyUntried, Verification
from connector.verification import admission as module
from connector.verification.admission import MOST_AT_ONCE, TRIED_EVERY
from tests.conftest import Control
from tests.processes import SHOPS
from tests.stand_ins import HandClock

HERE, ELSEWHERE = "192.0.2.7", "192.0.2.8"
Make = Callable[[], Admission]


@pytest.fixture
def make(store: Store, upstream: Upstream, clock: HandClock) -> Make:
    """Make what lets callers in, as each process has one of its own."""

    def make_() -> Admission:
        return Admission(Verification(store, upstream, clock), WrongTries(clock), clock)

    return make_


@pytest.fixture
def admission(make: Make) -> Admission:
    return make()


@pytest.fixture
def asked(sandbox: SandboxApp) -> Callable[[], int]:
    """Count the calls that ReturnGO has received since it was counted last."""

    def count() -> int:
        calls = len(sandbox.simulation.calls)
        sandbox.simulation.calls.clear()
        return calls

    return count


def brought(api_key: str = "demo-key", shop: str = SHOPS[0]) -> Connection:
    name = f"{BROUGHT}{api_key}"
    return Connection(id=name, shops=(shop,), api_key=api_key, label=shop, brings_key=True)


def rows(store: Store) -> int:
    with store.read() as database:
        counts = [select(func.count()).select_from(each) for each in metadata.sorted_tables]
        return sum(database.execute(each).scalar_one() for each in counts)


def refuse_all(control: Control) -> None:
    control("faults", status=401, body={"message": "Unauthorized"}, share=1)


def test_a_key_that_was_accepted_is_tried_again_after_a_day(make: Make, asked, clock: HandClock):
    for each in (make(), make()):
        each.admit(brought(), HERE)
    assert asked() == 1
    clock.advance(TRIED_EVERY - timedelta(seconds=1))
    make().admit(brought(), HERE)
    assert asked() == 0
    clock.advance(timedelta(seconds=1))
    for each in (make(), make()):
        each.admit(brought(), HERE)
    assert asked() == 1


def test_the_first_call_with_a_key_counts_once_it_is_accepted(
    admission: Admission, upstream: Upstream
):
    admission.admit(brought(), HERE)
    balance = upstream.budget.balance(brought().key_id)
    assert balance.limit - balance.remaining == 1


@pytest.mark.parametrize(
    ("caller", "refusal"),
    [(brought("made-up"), KeyRefused), (brought(shop="other.myshopify.com"), ShopRefused)],
)
def test_what_returngo_refuses_leaves_nothing_and_is_asked_again_after_minutes(
    admission: Admission, store: Store, asked, clock: HandClock, caller: Connection, refusal
):
    before = rows(store)
    for _ in range(20):
        with pytest.raises(refusal):
            admission.admit(caller, HERE)
    assert asked() == 1
    clock.advance(VERIFIED_FOR)
    with pytest.raises(refusal):
        admission.admit(caller, HERE)
    assert (asked(), rows(store)) == (1, before)


@pytest.mark.parametrize(
    ("message", "refusal", "least"),
    [("Too Many Requests", Throttled, 1.0), ("Limit Exceeded", DayQuotaReached, 3600.0)],
)
def test_a_key_whose_calls_are_used_up_before_it_was_accepted_leaves_nothing_either(
    admission: Admission, store: Store, control: Control, message: str, refusal, least: float
):
    before = rows(store)
    control("faults", status=429, body={"message": message}, share=1)
    with pytest.raises(refusal) as told:
        admission.admit(brought(), HERE)
    assert told.value.retry_after >= least
    assert rows(store) == before


def test_a_key_that_is_refused_from_now_on_is_shut_out_by_the_next_day(
    admission: Admission, control: Control, clock: HandClock
):
    admission.admit(brought(), HERE)
    refuse_all(control)
    clock.advance(TRIED_EVERY)
    for _ in range(2):
        with pytest.raises(KeyRefused):
            admission.admit(brought(), HERE)


def test_while_returngo_is_away_a_known_key_comes_in_and_no_other(
    make: Make, asked, control: Control, clock: HandClock
):
    make().admit(brought(), HERE)
    control("faults", status=500, body={}, share=1)
    clock.advance(TRIED_EVERY)
    away = make()
    asked()
    away.admit(brought(), HERE)
    tries = asked()
    away.admit(brought(), HERE)
    assert (tries > 0, asked()) == (True, 0), "it is not waited for by each caller"
    with pytest.raises(KeyUntried):
        away.admit(brought("other-key", "other.myshopify.com"), HERE)
    clock.advance(KNOWN_FOR)
    with pytest.raises(KeyUntried):
        away.admit(brought(), HERE)


def test_an_address_with_too_many_unknown_keys_has_to_wait_and_known_ones_have_not(
    make: Make, asked, clock: HandClock
):
    make().admit(brought(), ELSEWHERE)
    admission = make()
    for number in range(MOST):
        with pytest.raises(KeyRefused):
            admission.admit(brought(f"made-up-{number}"), HERE)
    asked()
    with pytest.raises(TooManyTries) as told:
        admission.admit(brought("other-key", "other.myshopify.com"), HERE)
    assert 0 < told.value.retry_after <= WITHIN.total_seconds()
    assert asked() == 0
    admission.admit(brought(), HERE)
    admission.admit(brought("other-key", "other.myshopify.com"), ELSEWHERE)
    clock.advance(WITHIN)
    with pytest.raises(KeyRefused):
        admission.admit(brought("made-up"), HERE)


def test_only_so_many_unknown_keys_are_tried_from_all_addresses(
    make: Make, asked, monkeypatch: pytest.MonkeyPatch
):
    make().admit(brought(), HERE)
    monkeypatch.setattr(module, "MOST_UNKNOWN", 3)
    admission = make()
    for number in range(3):
        with pytest.raises(KeyRefused):
            admission.admit(brought(f"made-up-{number}"), f"192.0.2.{number}")
    asked()
    with pytest.raises(TooManyTries, match="unknown keys came lately"):
        admission.admit(brought("made-up"), ELSEWHERE)
    assert asked() == 0
    admission.admit(brought(), ELSEWHERE)


def test_only_so_many_unknown_keys_are_tried_at_a_time(make: Make, monkeypatch: pytest.MonkeyPatch):
    make().admit(brought(), HERE)
    admission, all_ask, go_on = make(), Barrier(MOST_AT_ONCE + 1), Event()

    def verify_first(_: Verification, __: Connection, ___: str) -> None:
        all_ask.wait(30)
        assert go_on.wait(30)

    monkeypatch.setattr(Verification, "verify_first", verify_first)
    threads = [
        Thread(target=admission.admit, args=(brought(f"slow-{number}"), HERE))
        for number in range(MOST_AT_ONCE)
    ]
    for each in threads:
        each.start()
    all_ask.wait(30)
    try:
        with pytest.raises(Overloaded):
            admission.admit(brought("one-more"), HERE)
        admission.admit(brought(), HERE)
    finally:
        go_on.set()
        for each in threads:
            each.join()
