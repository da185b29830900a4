from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from connector.retention import Retention
from connector.store import Store
from tests.feed.conftest import (  # noqa: F401 - the feed over a simulated ReturnGO
    feed,
    open_feed,
    poll,
    transport,
    wire,
    world,
)
from tests.stand_ins import HandClock

KEEPS = timedelta(days=90)
DAY = timedelta(days=1)

Prune = Callable[[], None]
Count = Callable[[Table], int]


@pytest.fixture
def store(each_store: Store) -> Store:
    return each_store


@pytest.fixture
def prune(store: Store, clock: HandClock) -> Prune:
    """Delete all that is old now."""
    return lambda: delete_old(store, clock)


def delete_old(store: Store, clock: HandClock) -> None:
    """Delete all that is old."""
    retention = Retention.open(store, clock, keeps=KEEPS)
    while retention.step(clock.now()):
        pass


@pytest.fixture
def count(store: Store) -> Count:
    """Count the rows of a table."""

    def count_(table: Table) -> int:
        with store.read() as database:
            return int(database.execute(select(func.count()).select_from(table)).scalar_one())

    return count_
