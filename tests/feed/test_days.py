from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from connector.blocks import Kind, Topic
from connector.feed import Days
from connector.feed.log.sequence import allocate_positions
from connector.feed.streams.interests import Wanted
from connector.store import Store
from connector.store.tables import event, milestone
from tests.conftest import opened
from tests.feed.returngo import DEMO, OUTLET
from tests.stand_ins import HandClock

DAY = timedelta(days=1)


@pytest.fixture
def requested(each_store, streams, money, connection, clock):
    """Record so many refunds of a shop."""

    def record(count, first, shop=DEMO):
        stream = streams.ask(connection, shop, Topic(Kind.TRANSACTION_STATUS_CHANGED))
        at = clock.now().isoformat()
        rows = [
            {"id": first + n, "status": "Requested", "createdAt": at, "lastUpdated": at}
            for n in range(count)
        ]
        with each_store.write() as database:
            money.take(database, stream, rows, Wanted(), clock.now())

    return record


@pytest.fixture
def store(each_store):
    return each_store


def counted(
    store: Store, clock: HandClock, back: int = 6, connection: str = "operator"
) -> dict[date, dict[Kind, int]]:
    found = Days(store).since(connection, (clock.now() - back * DAY).date())
    return {each.day: dict(each.counts) for each in found}


def test_a_day_counts_what_was_recorded_on_it_in_all_shops(requested, each_store, clock):
    first = clock.now().date()
    requested(2, 1)
    requested(1, 100, shop=OUTLET)
    clock.advance(2 * DAY)
    requested(3, 200)
    both = (Kind.TRANSACTION_CREATED, Kind.TRANSACTION_STATUS_CHANGED)
    assert counted(each_store, clock) == {
        first: dict.fromkeys(both, 3),
        first + 2 * DAY: dict.fromkeys(both, 3),
    }
    assert counted(each_store, clock, back=1) == {first + 2 * DAY: dict.fromkeys(both, 3)}
    assert counted(each_store, clock, connection="guest") == {}


def test_the_count_is_that_of_the_events_recorded(requested, each_store, clock):
    for number in range(5):
        requested(number, 100 * number)
        clock.advance(timedelta(hours=9))
    with each_store.read() as database:
        kept = [
            recorded_at.date()
            for recorded_at in database.execute(select(event.c.recorded_at)).scalars()
        ]
    by_day = {day: sum(counts.values()) for day, counts in counted(each_store, clock).items()}
    assert by_day == {day: kept.count(day) for day in kept}


def test_a_clock_that_was_set_back_loses_no_event(each_store, clock):
    noon = clock.now()
    with each_store.write() as database:
        for now in (noon, noon + DAY, noon, noon + 2 * DAY):
            allocate_positions(each_store, database, "operator", 1, now)
    with each_store.read() as database:
        noted = database.execute(
            select(milestone.c.day, milestone.c.seq).order_by(milestone.c.seq)
        ).all()
    days = [(noon + back * DAY).date().isoformat() for back in range(3)]
    assert [*map(tuple, noted)] == list(zip(days, (0, 1, 3), strict=True))


def test_counting_reads_no_event(database_url):
    """The index over stream, kind and place answers alone, as SQLite plans it."""
    for store in opened(database_url):
        with store.read() as database:
            plan = database.execute(
                text(
                    "EXPLAIN QUERY PLAN SELECT kind, count(*) FROM event WHERE stream_id IN (1, 2)"
                    " AND kind IN ('a', 'b') AND seq > 0 AND seq <= 9 GROUP BY kind"
                )
            ).all()
        assert "USING COVERING INDEX ix_event_stream_id_kind_seq" in str(plan)
