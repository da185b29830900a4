import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select, update

from connector.idempotency.asked import Asked
from connector.idempotency.heartbeat import prolonged
from connector.idempotency.keys import (
    BEAT,
    ENDING,
    KEY,
    KEY_LEASE,
    KEYS_KEPT_FOR,
    Done,
    InProgress,
    KeyClaim,
    KeyReused,
    Keys,
    key_text,
)
from connector.store import Store, StoreUnavailable, Vault
from connector.store.tables import idempotency
from tests.conftest import SECRETS
from tests.databases import POSTGRESQL
from tests.stand_ins import HandClock

ANSWER = {"id": "1", "amount": "1119.60", "customer": "Ada Example"}
VAULT = Vault(SECRETS)
ASKED = Asked(VAULT, {"what": "asked"})
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def keys(each_store: Store, vault: Vault, clock: HandClock) -> Keys:
    return Keys(each_store, vault, clock)


def claim(
    keys: Keys,
    key: str = "k",
    asked: str = "asked",
    connection: str = "operator",
    action: str = "act",
) -> KeyClaim:
    taken = keys.claim(connection, action, key, Asked(VAULT, {"what": asked}))
    assert isinstance(taken, KeyClaim)
    return taken


def test_a_life_of_a_key(keys: Keys, clock: HandClock):
    first = claim(keys)
    assert (first.began_at, first.was_interrupted) == (clock.now(), False)

    with pytest.raises(InProgress):
        claim(keys)
    keys.settle(first, ANSWER)
    assert keys.claim("operator", "act", "k", ASKED) == Done(ANSWER)
    with pytest.raises(KeyReused):
        claim(keys, asked="something else")


def test_another_request_under_the_key_is_refused_while_the_first_runs(keys: Keys):
    claim(keys)

    with pytest.raises(KeyReused):
        claim(keys, asked="something else")


def test_connections_and_keys_are_independent(keys: Keys):
    claim(keys)

    assert not claim(keys, asked="something else", connection="key-1").was_interrupted
    assert not claim(keys, key="K", asked="something else").was_interrupted
    assert not claim(keys, action="another", asked="something else").was_interrupted


def test_an_expired_lease_is_taken_over(keys: Keys, clock: HandClock):
    began_at = clock.now()
    first = claim(keys)
    clock.advance(KEY_LEASE - MICROSECOND)
    with pytest.raises(InProgress):
        claim(keys)

    clock.advance(MICROSECOND)
    second = claim(keys)
    assert second.was_interrupted
    assert second.began_at == began_at
    assert second.owner != first.owner
    with pytest.raises(InProgress):
        claim(keys)


def test_what_was_left_undecided_is_the_next_ones_at_once(keys: Keys):
    keys.leave(claim(keys), ending=False)

    assert claim(keys).was_interrupted


def test_what_returngo_may_still_be_at_is_left_alone_until_it_has_ended(
    keys: Keys, clock: HandClock
):
    keys.leave(claim(keys), ending=True)
    clock.advance(ENDING - MICROSECOND)
    with pytest.raises(InProgress):
        claim(keys)

    clock.advance(MICROSECOND)
    assert claim(keys).was_interrupted


def test_what_a_dead_process_sent_last_has_ended_before_its_lease():
    # it may have prolonged it a beat ago, and sent just before it died
    assert KEY_LEASE - BEAT > ENDING > timedelta(seconds=29)


def test_a_key_is_held_as_long_as_the_work_takes(
    keys: Keys, clock: HandClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("connector.idempotency.heartbeat.BEAT", timedelta(milliseconds=1))
    beaten = threading.Event()
    prolong = keys.prolong

    def watched(taken: KeyClaim) -> None:
        prolong(taken)
        beaten.set()

    monkeypatch.setattr(keys, "prolong", watched)
    with prolonged(keys, claim(keys)):
        for _ in range(3):
            clock.advance(KEY_LEASE - MICROSECOND)
            beaten.clear()
            assert beaten.wait(10)
            with pytest.raises(InProgress):
                claim(keys)
    clock.advance(2 * KEY_LEASE)
    assert claim(keys).was_interrupted


def test_a_beat_that_fails_is_not_the_last(keys: Keys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("connector.idempotency.heartbeat.BEAT", timedelta(milliseconds=1))
    beats = threading.Semaphore(0)

    def fail(_: KeyClaim) -> None:
        beats.release()
        raise StoreUnavailable("locked")

    monkeypatch.setattr(keys, "prolong", fail)
    with prolonged(keys, claim(keys)):
        assert all(beats.acquire(timeout=10) for _ in range(2))


def test_what_was_forgotten_begins_anew(keys: Keys):
    keys.forget(claim(keys))

    assert not claim(keys, asked="something else").was_interrupted


def test_who_lost_the_claim_changes_nothing(keys: Keys, clock: HandClock):
    late = claim(keys)
    clock.advance(KEY_LEASE)
    second = claim(keys)

    keys.settle(late, {"from": "the late one"})
    keys.leave(late, ending=False)
    keys.prolong(late)
    keys.forget(late)
    with pytest.raises(InProgress):
        claim(keys)
    keys.settle(second, ANSWER)
    keys.settle(late, {"from": "the late one"})
    assert keys.claim("operator", "act", "k", ASKED) == Done(ANSWER)


def test_a_key_is_kept_for_its_time_and_not_longer(keys: Keys, clock: HandClock):
    keys.settle(claim(keys), ANSWER)
    clock.advance(KEYS_KEPT_FOR)
    assert keys.claim("operator", "act", "k", ASKED) == Done(ANSWER)

    clock.advance(MICROSECOND)
    assert not claim(keys, asked="something else").was_interrupted


def test_old_keys_do_not_pile_up(each_store: Store, keys: Keys, clock: HandClock):
    for number in range(5):
        claim(keys, key=f"old-{number}")
    clock.advance(KEYS_KEPT_FOR + MICROSECOND)
    claim(keys, key="new")

    with each_store.read() as connection:
        kept = connection.execute(select(idempotency.c.key)).scalars().all()
    assert kept == [VAULT.mark(KEY, key_text("operator", "act", "new"))]


def test_of_many_who_ask_at_once_one_does_it(keys: Keys):
    def ask(_: int) -> bool:
        try:
            return isinstance(keys.claim("operator", "act", "k", ASKED), KeyClaim)
        except InProgress:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(16))) == 1


@contextmanager
def between(engine: Engine, statement: str, act: Any) -> Iterator[None]:
    """Act once, right after the first statement that begins so."""
    pending = [act]

    def after(_conn: Any, _cursor: Any, text: str, *_: Any) -> None:
        if pending and text.startswith(statement):
            pending.pop()()

    event.listen(engine, "after_cursor_execute", after)
    yield
    event.remove(engine, "after_cursor_execute", after)
    assert not pending, "the moment never came"


@pytest.fixture
def hasty_store(
    each_database_url: str, each_store: Store, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """Another process's view of the database, that gives up at once when it must wait."""
    url = each_database_url
    if each_store.engine.dialect.name == "postgresql":
        url += "?options=-clock_timeout%3D1"
    monkeypatch.setattr("connector.store.database.LOCK_WAIT", 0)
    store = Store(url)
    yield store
    store.close()


def test_of_two_who_find_a_lease_expired_one_takes_it_over(
    each_store: Store, hasty_store: Store, keys: Keys, vault: Vault, clock: HandClock
):
    claim(keys)
    clock.advance(KEY_LEASE)
    others = Keys(hasty_store, vault, clock)
    taken: list[KeyClaim] = []

    def meanwhile() -> None:
        with suppress(StoreUnavailable):  # when it had to wait, as it should
            taken.append(claim(others))

    with between(each_store.engine, "SELECT idempotency", meanwhile), suppress(InProgress):
        taken.append(claim(keys))

    assert len(taken) == 1


# SQLite's writers stand in a queue, so only PostgreSQL has such a moment.
@pytest.mark.parametrize("shared_database_url", POSTGRESQL, indirect=True)
def test_a_key_that_is_forgotten_while_it_is_looked_at_is_still_in_progress(
    each_store: Store, hasty_store: Store, keys: Keys, vault: Vault, clock: HandClock
):
    first = claim(keys)
    others = Keys(hasty_store, vault, clock)

    with (
        between(each_store.engine, "INSERT INTO idempotency", lambda: others.forget(first)),
        pytest.raises(InProgress),
    ):
        claim(keys)
    assert not claim(keys).was_interrupted


def test_the_stored_answer_cannot_be_read_in_the_file(
    tmp_path: Path, store: Store, vault: Vault, clock: HandClock
):
    keys = Keys(store, vault, clock)
    keys.settle(claim(keys), ANSWER)
    store.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"operator" in written
    assert b"Ada" not in written
    assert b"1119.60" not in written


def test_a_store_that_cannot_settle_says_so(
    database_url: str,
    store: Store,
    vault: Vault,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("connector.store.database.LOCK_WAIT", 0)
    hasty = Store(database_url)
    keys = Keys(hasty, vault, clock)
    taken = claim(keys)

    with store.write(), pytest.raises(StoreUnavailable):
        keys.settle(taken, ANSWER)
    hasty.close()


def test_a_late_settle_after_the_key_expired_does_not_bring_it_back(
    each_store: Store, keys: Keys, clock: HandClock
):
    late = claim(keys)
    with each_store.write() as connection:
        connection.execute(update(idempotency).values(started_at=clock.now() - 2 * KEYS_KEPT_FOR))
    claim(keys, key="another")
    keys.settle(late, ANSWER)

    assert not claim(keys).was_interrupted


def fingerprint(asked: dict[str, Any]) -> str:
    return Asked(VAULT, asked).fingerprint


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


fields = st.dictionaries(st.text(), values)


@given(fields)
def test_the_order_of_fields_makes_no_difference(asked: dict[str, Any]):
    backwards = dict(reversed(asked.items()))

    assert fingerprint({"inner": asked, **asked}) == fingerprint({**backwards, "inner": backwards})


@given(fields, fields)
def test_what_differs_has_another_fingerprint_which_tells_where(
    one: dict[str, Any], other: dict[str, Any]
):
    here, there = fingerprint(one), fingerprint(other)

    texts = [
        {name: json.dumps(value, sort_keys=True) for name, value in each.items()}
        for each in (one, other)
    ]
    told = {name for name in {*one, *other} if texts[0].get(name) != texts[1].get(name)}
    assert set(Asked(VAULT, other).differing(here)) == told
    assert (here == there) == (told == set())


def test_a_fingerprint_tells_amounts_apart_that_floats_would_not():
    almost = Decimal("12345678901234567890.10"), Decimal("12345678901234567890.11")

    assert fingerprint({"amount": almost[0]}) != fingerprint({"amount": almost[1]})
    assert fingerprint({"amount": 1}) != fingerprint({"amount": "1"})


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(hours=2), timedelta(days=30)])
def test_a_key_is_freed_as_soon_as_ever_when_the_clock_is_set_back(
    keys: Keys, clock: HandClock, back: timedelta
):
    first = claim(keys)
    clock.advance(-back)
    with pytest.raises(InProgress):  # it may be alive
        claim(keys)
    clock.advance(KEY_LEASE)
    second = claim(keys)
    assert second.was_interrupted
    assert second.began_at == clock.now() - KEYS_KEPT_FOR, "when it began is not known"

    keys.prolong(first)  # too late
    keys.settle(second, ANSWER)
    assert keys.claim("operator", "act", "k", ASKED) == Done(ANSWER)


def test_who_is_alive_keeps_a_key_when_the_clock_is_set_back(keys: Keys, clock: HandClock):
    first = claim(keys)
    clock.advance(timedelta(hours=-1))
    for _ in range(10):
        with pytest.raises(InProgress):
            claim(keys)
        clock.advance(BEAT)
        keys.prolong(first)
    keys.settle(first, ANSWER)
    assert keys.claim("operator", "act", "k", ASKED) == Done(ANSWER)


def test_what_was_left_is_free_at_once_when_the_clock_is_set_back(keys: Keys, clock: HandClock):
    keys.leave(claim(keys), ending=False)
    clock.advance(timedelta(hours=-1))

    assert claim(keys).was_interrupted
