"""A client that stops asking leaves nothing behind; one that still asks keeps everything."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

import app
from connector.connections import BROUGHT, Connection
from connector.feed import Feed
from connector.feed.reading.sync import SCANS_ELSE
from connector.retention import streams
from connector.store import Store
from connector.store.tables import (
    event,
    facet,
    interest,
    metadata,
    part,
    sequence,
    snapshot,
    stream,
    thing,
    told,
    trace,
    verification,
)
from connector.verification import KNOWN_FOR
from tests.feed.conftest import Poll
from tests.feed.returngo import DEMO, World
from tests.hook_rows import put_hook
from tests.retention.conftest import DAY, KEEPS, Count, Prune
from tests.stand_ins import HandClock

TRIGGERS = app.CATALOGUE.triggers
NEW = TRIGGERS["new_rma"]
REFUNDS = TRIGGERS["refund_requested"]
STATUSES = TRIGGERS["rma_status_changed"]
HOUR = timedelta(hours=1)
# A row, so that no place is ever that of two events.
STAYS = {"sequence"}


@pytest.fixture
def used(world: World, poll: Poll, clock: HandClock) -> None:
    """A connection with something of everything."""
    for _ in range(2):
        poll(NEW)
        poll(REFUNDS)
        clock.advance(HOUR)
        rma = world.rma()
        world.refund(rma)
        poll(NEW)
        poll(REFUNDS)
        clock.advance(KEEPS / 2)


@pytest.mark.usefixtures("used")
def test_an_unused_connection_leaves_nothing_behind(
    feed: Feed, prune: Prune, count: Count, clock: HandClock, store: Store
):
    with store.read() as database:
        for stream_id in database.execute(select(stream.c.id)).scalars():
            feed._sieves.look_through(NEW, stream_id)
    filled = {each.name for each in metadata.sorted_tables if count(each)}
    assert {"event", "snapshot", "thing", "part", "facet", "sieve", "budget"} <= filled
    clock.advance(KEEPS + DAY)
    prune()
    assert {each.name for each in metadata.sorted_tables if count(each)} - STAYS == set()


@pytest.mark.usefixtures("used")
def test_who_still_asks_keeps_what_is_known(poll, prune, count, clock, connection):
    for _ in range(4):
        poll(NEW)
        clock.advance(KEEPS / 2)
        prune()
    left = (count(stream), count(sequence), count(interest))
    # Refunds were not asked for all the while.
    assert left[:2] == (len(connection.shops), 1)
    assert count(told) + count(trace) + count(part) + count(event) > 0


@pytest.mark.usefixtures("used")
def test_what_a_hook_asks_for_is_kept(prune, count, clock, store: Store, connection: Connection):
    with store.write() as database:
        put_hook(database, connection.id, clock.now(), since=9)
    streams = count(stream)
    clock.advance(KEEPS + DAY)
    prune()
    assert (count(stream), count(sequence)) == (streams, 1)


@pytest.mark.usefixtures("used")
def test_who_comes_back_begins_anew(world, poll, prune, clock):
    clock.advance(KEEPS + DAY)
    prune()
    assert poll(NEW).objects == []
    clock.advance(HOUR)
    world.rma()
    clock.advance(HOUR)
    assert len(poll(NEW).objects) == 1


@pytest.mark.usefixtures("used")
def test_a_client_that_comes_back_in_the_middle_is_told_nothing_again(
    world, poll, clock, store, count, monkeypatch
):
    assert count(event)
    for rma in world.sandbox.simulation.world.rmas.values():
        world.move(rma, "Canceled")
    monkeypatch.setattr(streams, "AT_ONCE", 1)
    clock.advance(KEEPS + DAY)
    step = streams.Streams(store, KEEPS)
    while count(event) or count(thing):
        assert step.run(clock.now())
    assert count(stream)
    for _ in range(SCANS_ELSE + 1):
        for rma in world.sandbox.simulation.world.rmas.values():
            world.touch(rma)
        clock.advance(HOUR)
        assert poll(NEW, limit=10).objects == poll(STATUSES, limit=10).objects == []


def test_the_streams_of_another_connection_stay(feed, prune, count, clock, connection):
    other = replace(connection, id="another", shops=(DEMO,))
    call = {"raw": False}
    for each in (connection, other):
        feed.poll(each, NEW, call)
    clock.advance(KEEPS + DAY)
    feed.poll(other, NEW, call)
    prune()
    assert count(stream) == 1
    assert count(verification) == count(snapshot) == count(facet) == 0


@pytest.mark.usefixtures("used")
def test_what_was_read_with_a_callers_own_key_goes_after_30_days(
    feed: Feed, prune: Prune, count: Count, clock: HandClock, connection: Connection
):
    own = replace(connection, id=f"{BROUGHT}1", shops=(DEMO,), brings_key=True)
    feed.poll(own, NEW, {"raw": False})
    feed.poll(connection, NEW, {"raw": False})
    streams_ = count(stream)
    clock.advance(KNOWN_FOR - DAY)
    prune()
    assert count(stream) == streams_
    clock.advance(2 * DAY)
    prune()
    assert count(stream) == streams_ - 1, "that of a key which the bridge keeps stays"
