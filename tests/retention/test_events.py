from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from sqlalchemy import insert, select, update

import app
from connector.blocks import InvalidInput
from connector.connections import Connection
from connector.feed import Feed
from connector.feed.reading.sync import SCANS_ELSE
from connector.retention import events
from connector.store import Store
from connector.store.tables import delivery, event, facet, fanout, sieve, snapshot, stream, told
from tests.feed.conftest import Poll
from tests.feed.returngo import DEMO, World
from tests.hook_rows import put_delivery, put_hook
from tests.retention.conftest import DAY, KEEPS
from tests.stand_ins import HandClock

TRIGGERS = app.CATALOGUE.triggers
NEW = TRIGGERS["new_rma"]
STATUSES = TRIGGERS["rma_status_changed"]
REFUNDS = TRIGGERS["refund_requested"]
HOUR = timedelta(hours=1)


@pytest.fixture
def done(world: World, poll: Poll, clock: HandClock) -> Callable[[], str]:
    """Let a return be made and canceled, which a client is told of; return the id of its event."""

    def done_() -> str:
        poll(STATUSES)
        clock.advance(HOUR)
        rma = world.rma()
        poll(NEW)
        poll(STATUSES)
        clock.advance(HOUR)
        world.move(rma, "Canceled")
        clock.advance(HOUR)
        poll(STATUSES)
        return str(poll(NEW, limit=1).objects[0]["id"])

    return done_


def ids(poll: Poll, trigger=NEW, **call) -> list[str]:
    return [each["id"] for each in poll(trigger, **call).objects]


def test_what_is_old_is_deleted_with_all_that_belongs_to_it(done, poll, prune, count, clock):
    done()
    poll(NEW, resolution_type="RefundToPaymentMethod")
    clock.advance(KEEPS + DAY)
    young = done()
    assert (count(event), count(snapshot)) == (4, 4)
    prune()
    assert ids(poll, limit=10) == [young]
    assert (count(event), count(snapshot), count(told)) == (2, 2, 2)
    clock.advance(DAY)
    prune()
    assert count(event) == 2


def test_what_filters_have_noted_goes_too(feed: Feed, done, prune, count, clock, store: Store):
    done()
    with store.read() as database:
        (stream_id,) = database.execute(
            select(stream.c.id).where(stream.c.shop == DEMO, stream.c.resource == "rmas")
        ).scalars()
    sieves = feed._sieves
    sieves.look_through(NEW, stream_id)
    noted = count(facet)
    assert noted
    clock.advance(KEEPS + DAY)
    done()
    sieves.look_through(NEW, stream_id)
    assert count(facet) == 2 * noted
    prune()
    assert (count(facet), count(sieve)) == (noted, 1)


def test_a_sieve_of_an_older_release_goes_when_all_that_it_noted_is_gone(
    done, prune, count, clock, store: Store
):
    done()
    with store.write() as database:
        stream_id = database.execute(select(event.c.stream_id).limit(1)).scalar_one()
        old = database.execute(
            insert(sieve)
            .values(stream_id=stream_id, trigger="new_rma", form="an older one", until=1)
            .returning(sieve.c.id)
        ).scalar_one()
        database.execute(insert(facet).values(sieve_id=old, digest=7, seq=1, event_id=1))
    clock.advance(KEEPS + DAY)
    done()
    prune()
    assert (count(sieve), count(facet)) == (0, 0)


def test_the_events_of_an_open_return_are_kept(world, poll, prune, clock):
    world.rma()
    (kept,) = ids(poll)
    clock.advance(KEEPS + DAY)
    poll(NEW)
    prune()
    assert ids(poll, limit=5) == []  # a look from the newest goes back thirty days
    with_it = poll(NEW, limit=5, before=_a_new_one(world, poll, clock))
    assert [each["id"] for each in with_it.objects] == [kept]


def _a_new_one(world: World, poll: Poll, clock: HandClock) -> str:
    world.rma()
    clock.advance(HOUR)
    return ids(poll, limit=1)[0]


def test_nothing_is_deleted_of_what_a_client_reads_just_now(done, prune, count, clock, store):
    done()
    clock.advance(KEEPS + DAY)
    with store.write() as database:
        database.execute(update(stream).values(lease_until=clock.now() + HOUR))
    retention = events.Events(store, KEEPS)
    assert retention.run(clock.now())  # there is more to do
    assert count(event) == 2
    clock.advance(2 * HOUR)
    prune()
    assert count(event) == 0


def test_what_is_on_its_way_to_a_hook_or_owed_to_one_is_kept(
    done, prune, count, clock, store: Store, connection: Connection
):
    done()
    now = clock.now()
    with store.write() as database:
        first, second = database.execute(select(event.c.id).order_by(event.c.seq)).scalars()
        put_hook(database, connection.id, now, since=1)
        database.execute(insert(fanout).values(connection=connection.id, seq=1))
        put_delivery(database, first, 1, now)
    clock.advance(KEEPS + DAY)
    prune()
    assert count(event) == 2
    with store.write() as database:
        database.execute(delivery.delete())
    prune()
    with store.read() as database:
        assert [*database.execute(select(event.c.id)).scalars()] == [second]
    with store.write() as database:
        database.execute(update(fanout).values(seq=2))
    prune()
    assert count(event) == 0


def test_what_was_deleted_is_not_told_again_by_a_backfill(
    done, feed: Feed, poll, prune, count, clock, connection, world
):
    at = clock.now() - 30 * DAY
    rma = world.rma(at=at)
    world.move(rma, "Approved", at=at + HOUR)
    world.move(rma, "Canceled", at=at + 2 * HOUR)
    done()

    def bring_in() -> None:
        for _ in feed.backfill(connection, DEMO, clock.now() - 200 * DAY, emits=True):
            pass

    bring_in()
    assert f"rma:{rma.id}:created" in ids(poll, limit=10)
    clock.advance(KEEPS + DAY)
    done()
    prune()
    left = count(event)
    bring_in()
    assert count(event) == left


def test_who_stands_at_a_deleted_event_goes_on(done, poll, prune, clock):
    old = done()
    clock.advance(KEEPS + DAY)
    new = done()
    prune()
    assert ids(poll, after=old) == [new]
    with pytest.raises(InvalidInput, match="not the id of an event"):
        poll(NEW, after="rma:1:created")


def test_a_walk_that_was_away_for_too_long_is_told_so(done, feed, connection, prune, clock):
    begins = feed.batch(connection, NEW, {"raw": False}).place
    done()
    clock.advance(KEEPS + DAY)
    done()
    prune()
    with pytest.raises(InvalidInput, match="too long ago"):
        feed.batch(connection, NEW, {"raw": False, "limit": 10, "after": begins})


def test_a_walk_that_keeps_up_goes_on_though_its_trigger_is_quiet(
    done, feed, connection, prune, clock
):
    call = {"raw": False, "limit": 10}
    place = feed.batch(connection, REFUNDS, call).place
    for _ in range(4):
        done()
        clock.advance(KEEPS / 2)
        step = feed.batch(connection, REFUNDS, {**call, "after": place})
        assert (step.objects, step.has_more) == ([], False)
        place = step.place
        prune()


@pytest.mark.parametrize("status", ["Approved", "Canceled"])
def test_what_happened_before_is_no_news_though_it_shows_up_only_now(
    world, poll, clock, store: Store, status
):
    poll(NEW)
    poll(STATUSES)
    clock.advance(HOUR)
    world.move(world.rma(), status)
    clock.advance(HOUR)
    with store.write() as database:
        database.execute(update(stream).values(pruned_until=clock.now()))
    _list_all(poll, clock)
    assert ids(poll, limit=10) == ids(poll, STATUSES, limit=10) == []
    clock.advance(HOUR)
    world.move(world.rma(), status)
    _list_all(poll, clock)
    assert len(ids(poll, limit=10)) == len(ids(poll, STATUSES, limit=10)) == 1


def _list_all(poll: Poll, clock: HandClock) -> None:
    """Poll until what was updated is listed, too."""
    for _ in range(SCANS_ELSE + 1):
        clock.advance(HOUR)
        poll(STATUSES)


def test_much_is_deleted_piece_by_piece(done, count, clock, store):
    for _ in range(3):
        done()
    clock.advance(KEEPS + DAY)
    with mock.patch.object(events, "AT_ONCE", 2):
        steps = [events.Events(store, KEEPS).run(clock.now()) for _ in range(4)]
    assert steps == [True, True, True, False]
    assert count(event) == 0


def test_an_event_that_takes_the_number_of_a_deleted_one_is_shown_as_itself(
    done, poll, prune, clock
):
    """SQLite counts rows anew when none is left."""
    for _ in range(2):
        made = done()
        assert ids(poll, limit=1) == [made]
        clock.advance(KEEPS + DAY)
        poll(NEW)
        prune()
        assert ids(poll, limit=1) == []
