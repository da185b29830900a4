from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.connections import wrong_tries
from connector.connections.wrong_tries import FREE, MOST, STEP, WITHIN, WrongTries
from tests.stand_ins import NOON, HandClock

HERE, ELSEWHERE = "192.0.2.7", "192.0.2.8"


@pytest.fixture
def tries(clock: HandClock) -> WrongTries:
    return WrongTries(clock)


def test_an_address_has_ten_tries_in_ten_minutes(tries: WrongTries, clock: HandClock):
    for number in range(MOST):
        assert tries.blocked_for(HERE) is None
        assert not tries.note(HERE, f"wrong {number}")
    assert tries.note(HERE, "one more")
    left = tries.blocked_for(HERE)
    assert left is not None
    assert left == pytest.approx((NOON + WITHIN - clock.now()).total_seconds())
    assert tries.blocked_for(ELSEWHERE) is None
    clock.advance(timedelta(seconds=left))
    assert tries.blocked_for(HERE) is None
    assert not tries.note(HERE, "one more")


def test_the_same_again_is_no_further_try(tries: WrongTries, clock: HandClock):
    for _ in range(50):
        assert not tries.note(HERE, "a token that was revoked")
    assert tries.blocked_for(HERE) is None
    assert clock.now() == NOON
    for number in range(MOST):
        tries.note(HERE, f"wrong {number}")
    assert tries.note(HERE, "one more")
    assert not tries.note(HERE, "a token that was revoked")


def test_what_was_presented_is_not_kept(tries: WrongTries):
    tries.note(HERE, "nearly-the-right-password")
    assert "nearly" not in repr(vars(tries))


def test_each_further_try_takes_longer(tries: WrongTries, clock: HandClock):
    waits = []
    for number in range(MOST + 2):
        before = clock.now()
        tries.note(HERE, f"wrong {number}")
        waits.append((clock.now() - before).total_seconds())
    slowed = [pytest.approx(STEP * step) for step in range(1, MOST - FREE + 1)]
    assert waits == [*[0.0] * FREE, *slowed, 0.0, 0.0]


def test_the_right_thing_begins_anew(tries: WrongTries):
    for number in range(MOST):
        tries.note(HERE, f"wrong {number}")
    tries.forget(HERE)
    tries.forget(ELSEWHERE)
    assert tries.blocked_for(HERE) is None
    assert not tries.note(HERE, "one more")


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_a_clock_that_is_set_shuts_no_address_out_for_longer(moved: timedelta):
    clock = HandClock()
    tries = WrongTries(clock)
    for number in range(MOST):
        tries.note(HERE, f"wrong {number}")
    clock.advance(moved)
    assert (tries.blocked_for(HERE) or 0.0) <= WITHIN.total_seconds()


def test_so_many_addresses_are_remembered_and_no_more(
    tries: WrongTries, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(wrong_tries, "MOST_ADDRESSES", 3)
    for address in ("a", "b"):
        for number in range(MOST):
            tries.note(address, f"wrong {number}")
    for address in ("c", "a", "d"):
        tries.note(address, "wrong 0")
    assert tries.blocked_for("a") is not None
    assert tries.blocked_for("b") is None, "the one that was seen longest ago is forgotten"
