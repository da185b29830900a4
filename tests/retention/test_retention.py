"""How fast what is old is deleted, and that what is freed is given back."""

import sqlite3
from datetime import datetime  # noqa: TC003
from pathlib import Path

import pytest
from sqlalchemy import text

from connector.retention import Retention
from connector.retention.retention import PAUSE, REST
from connector.store import Store, StoreUnavailable, migrate
from connector.store.sqlite import LEAST_SPARE
from tests.databases import hurry
from tests.retention.conftest import DAY, KEEPS
from tests.stand_ins import HandClock


class Steps:
    """A step that has so much to do, and notes when it is asked to."""

    def __init__(self, much: int) -> None:
        self.much = much
        self.asked: list[datetime] = []

    def run(self, now):
        self.asked.append(now)
        self.much -= 1
        return self.much >= 0


def turns(store: Store, clock: HandClock, much: int, seconds: int) -> list[float]:
    """Ask each second, and return after how many seconds something was done."""
    step = Steps(much)
    retention = Retention([step], store, clock)
    began = clock.now()
    for _ in range(seconds):
        retention.turn()
        clock.sleep(1)
    return [(each - began).total_seconds() for each in step.asked]


def test_a_step_is_done_each_second_while_there_is_more_and_then_it_rests(store, clock):
    rest = REST.total_seconds()
    done = turns(store, clock, 3, 320)
    assert done == [0, 1, 2, 3, 3 + rest]
    assert PAUSE.total_seconds() == 1


def test_a_clock_that_is_set_back_puts_nothing_off(store, clock):
    step = Steps(0)
    retention = Retention([step], store, clock)
    retention.turn()
    clock.advance(-DAY)
    retention.turn()
    assert len(step.asked) == 2


def test_a_reading_goes_on_though_nothing_can_be_deleted(store, clock, log):
    class Broken:
        def run(self, _now):
            raise StoreUnavailable("it is locked")

    Retention([Broken()], store, clock).after_reading()
    assert [(each["event"], each["log_level"]) for each in log] == [
        ("retention.store_unavailable", "warning")
    ]


@pytest.fixture
def file(tmp_path: Path):
    store = hurry(Store(f"sqlite:///{tmp_path / 'long.sqlite3'}"))
    migrate(store)
    yield store
    store.close()


def pages(store: Store, what: str = "page_count") -> int:
    with store.read() as database:
        return int(database.execute(text(f"PRAGMA {what}")).scalar_one())


def test_a_file_becomes_shorter_when_much_was_deleted(file: Store, clock: HandClock):
    with file.write() as database:
        database.execute(text("CREATE TABLE filler (body)"))
        database.execute(
            text("INSERT INTO filler VALUES (:body)"), [{"body": "x" * 3000}] * 4 * LEAST_SPARE
        )
    full = pages(file)
    with file.write() as database:
        database.execute(text("DELETE FROM filler"))
    assert pages(file) == full
    retention = Retention.open(file, clock, keeps=KEEPS)
    while retention.step(clock.now()):
        pass
    assert pages(file) < full / 2
    # Some stay for what is written next.
    assert pages(file, "freelist_count") == LEAST_SPARE


def test_a_file_of_an_earlier_release_stays_as_long_as_it_is(tmp_path: Path):
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as old:  # as an earlier release made it
        old.execute("CREATE TABLE filler (body)")
        old.executemany("INSERT INTO filler VALUES (?)", [("x" * 3000,)] * 2 * LEAST_SPARE)
        old.execute("DELETE FROM filler")
    store = Store(f"sqlite:///{path}")
    assert not store.give_back(10)
    store.close()
