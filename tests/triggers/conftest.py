from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

import app
from connector.blocks import read_input
from connector.budget import Budget
from connector.connections import Connection
from connector.feed import Feed
from connector.returngo import ReturnGO, Upstream
from connector.store import Store, Vault
from tests.processes import SHOPS
from tests.stand_ins import AtOnce, HandClock

Poll = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def poll(
    store: Store,
    vault: Vault,
    budget: Budget,
    upstream: Upstream,
    clock: HandClock,
    connection: Connection,
) -> Iterator[Poll]:
    """Poll a trigger of the catalogue, with what has happened until now."""
    feed = Feed.open(
        store,
        vault,
        budget,
        upstream,
        freshness=timedelta(minutes=1),
        baseline=timedelta(days=1),
        clock=clock,
        pool=AtOnce(),
    )

    def call(key: str, **query: str) -> list[dict[str, Any]]:
        trigger = app.CATALOGUE.triggers[key]
        clock.advance(timedelta(minutes=2))
        return feed.poll(connection, trigger, read_input(trigger.input_schema, query)).objects

    yield call
    feed.close()


@pytest.fixture
def returngo(upstream: Upstream, connection: Connection) -> ReturnGO:
    """The demo shop, as somebody else works in it."""
    return upstream.open(connection, SHOPS[0])
