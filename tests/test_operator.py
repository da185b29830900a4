import threading

import pytest
from sqlalchemy import update

from connector.operator import Operator
from connector.store import Store
from connector.store.tables import operator as kept
from tests.stand_ins import HandClock


@pytest.fixture
def operator(each_store: Store, clock: HandClock) -> Operator:
    return Operator(each_store, clock)


def test_before_one_is_set_no_password_is_right(operator: Operator):
    assert operator.epoch() is None
    assert not operator.checks("")


def test_the_password_that_is_set_is_right_and_no_other(operator: Operator):
    assert operator.set("correct horse battery")
    assert operator.checks("correct horse battery")
    for other in ("", "Correct horse battery", "correct horse battery ", "correct horse"):
        assert not operator.checks(other)


def test_another_password_takes_its_place_and_has_another_epoch(operator: Operator):
    operator.set("the first password")
    before = operator.epoch()
    operator.set("the second password")
    assert operator.checks("the second password")
    assert not operator.checks("the first password")
    assert operator.epoch() not in (before, None)


def test_of_several_who_set_the_first_one_does(operator: Operator):
    done = []
    threads = [
        threading.Thread(
            target=lambda word=word: done.append(operator.set(f"password {word}", is_first=True))
        )
        for word in ("one", "two", "three")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, True]
    assert not operator.set("password four", is_first=True)


def test_what_is_no_hash_opens_nothing(operator: Operator, each_store: Store):
    operator.set("correct horse battery")
    with each_store.write() as database:
        database.execute(update(kept).values(password="correct horse battery"))
    assert not operator.checks("correct horse battery")
