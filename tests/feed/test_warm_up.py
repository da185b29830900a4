"""A new process makes its first pages before anybody asks: it writes nothing, and calls nobody."""

from datetime import timedelta

import pytest

import app
from connector.config import load
from tests.feed.conftest import FRESHNESS
from triggers.new_rma import block as new_rma
from triggers.new_transaction import block as new_transaction

RMAS = 3
STALE = FRESHNESS + timedelta(seconds=1)


@pytest.fixture
def new_process(poll, world, open_feed, opened):
    """Poll a trigger of some RMAs; open a feed as the next process does, with nothing counted."""
    for _ in range(RMAS):
        world.rma()
    poll(new_rma)
    poll(new_rma)
    world.forget_calls()
    opened.clear()
    return open_feed()


def test_the_first_poll_of_a_warm_process_opens_nothing(new_process, connection, opened):
    new_process.warm_up(connection, [new_rma, new_transaction])
    assert len(opened) == RMAS
    opened.clear()
    page = new_process.poll(connection, new_rma, {"raw": False})
    assert len(page.objects) == RMAS
    assert opened == []


def test_a_stale_shop_is_not_read_for_it(new_process, connection, world, clock, opened):
    clock.advance(STALE)
    new_process.warm_up(connection, [new_rma])
    assert (world.calls(), opened) == ([], [])
    new_process.poll(connection, new_rma, {"raw": False})
    assert world.calls()


def test_triggers_that_nobody_asks_for_stay_unasked(new_process, connection, store, world):
    with store.read() as database:
        before = database.exec_driver_sql("SELECT * FROM interest").all()
    new_process.warm_up(connection, [new_rma, new_transaction])
    with store.read() as database:
        assert database.exec_driver_sql("SELECT * FROM interest").all() == before
    assert world.calls() == []


def test_a_database_that_is_away_holds_up_no_start(new_process, connection, store):
    with store.write() as database:
        database.exec_driver_sql("DROP TABLE interest")
        database.exec_driver_sql("UPDATE alembic_version SET version_num = 'another'")
    new_process.warm_up(connection, [new_rma])


def test_the_application_is_warm_when_it_is_made(
    new_process, connection, database_url, clock, opened
):
    settings = load(
        {
            "RETURNGO_API_KEY": connection.api_key,
            "RETURNGO_SHOPS": ",".join(connection.shops),
            "BRIDGE_TOKEN": "demo-token",
            "SECRET_KEY": "a secret only for tests",
            "RETURNGO_BASE_URL": "http://127.0.0.1:8081",
            "DATABASE_URL": database_url,
            "FEED_FRESHNESS": str(int(FRESHNESS.total_seconds())),
        }
    )
    new_process.close()
    app.create_app(settings=settings, clock=clock)
    assert len(opened) == RMAS
