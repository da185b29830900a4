from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connector.alarms.register import LEASE, Key, Register, Trouble
from connector.store import Store
from connector.store.tables import alarm
from tests.stand_ins import HandClock

KEY: Key = ("", "worker", "")
OTHER: Key = ("operator", "reading", "rmas of demo.myshopify.com")
TROUBLE = Trouble(None, "None is at work.", "Start one.")


def rows(store: Store) -> int:
    with store.read() as database:
        return len(database.execute(select(alarm)).all())


def test_one_worker_of_several_is_given_what_is_to_be_told(each_store: Store, clock: HandClock):
    workers = [Register(each_store, clock) for _ in range(3)]
    for each in workers:
        each.note({KEY: TROUBLE, OTHER: TROUBLE}, ())
    assert [len(each.claim()) for each in workers] == [2, 0, 0]
    assert rows(each_store) == 2


def test_two_that_see_it_begin_at_once_note_it_once(
    each_store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
):
    first, second = Register(each_store, clock), Register(each_store, clock)
    begin = first._begin

    def after_another(*told: Any) -> None:
        begin(*told)
        second._begin(*told)

    monkeypatch.setattr(first, "_begin", after_another)
    first.note({KEY: TROUBLE}, ())
    assert rows(each_store) == 1


def test_what_a_worker_that_died_was_to_tell_is_given_to_another(
    each_store: Store, clock: HandClock
):
    first, second = Register(each_store, clock), Register(each_store, clock)
    first.note({KEY: TROUBLE}, ())
    (lost,) = first.claim()
    clock.advance(LEASE - timedelta(seconds=1))
    assert second.claim() == []
    clock.advance(timedelta(seconds=1))
    (found,) = second.claim()
    assert (found["id"], found["tries"]) == (lost["id"], 2)
    first.put_off(lost, clock.now())
    assert first.claim() == [], "what one claims anew is no other's"


def test_what_could_not_be_looked_at_stays_as_it_was(each_store: Store, clock: HandClock):
    register = Register(each_store, clock)
    register.note({KEY: TROUBLE}, ())
    register.told(register.claim()[0])
    register.note({}, [KEY[:2]])
    assert register.claim() == []
    register.note({}, ())
    (over,) = register.claim()
    assert over["over_at"] == clock.now()
    register.told(over)
    assert rows(each_store) == 0


def test_what_was_over_before_anything_was_told_is_not_told(each_store: Store, clock: HandClock):
    register = Register(each_store, clock)
    register.note({KEY: TROUBLE}, ())
    register.note({}, ())
    assert register.claim() == []
    assert rows(each_store) == 0
