"""What lies before the first contact is brought in on request, beside a running bridge."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select

import app
from connector.blocks import Kind, Resource
from connector.cli.backfill import Spoken
from connector.connections import Connection
from connector.feed import Feed, Page, Progress
from connector.feed.reading.sync import SCANS_ELSE
from connector.feed.streams.lease import STREAM_LEASE
from connector.returngo import DayQuotaReached, Unavailable
from connector.sandbox.app import create_app
from connector.sandbox.world.ways import Ways
from connector.store import Store
from connector.store.tables import backlog, event, stream, thing
from tests.databases import sqlite_url
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO, Killed, World, path_of
from tests.stand_ins import NOON

TRIGGERS = app.CATALOGUE.triggers
NEW = TRIGGERS["new_rma"]
STATUSES = TRIGGERS["rma_status_changed"]
MONEY = TRIGGERS["new_transaction"]
UPDATES = TRIGGERS["transaction_updated"]
REFUNDS = TRIGGERS["refund_requested"]
MOVES = TRIGGERS["shipment_status_changed"]
DAY = timedelta(days=1)
LONG_AGO = NOON - timedelta(days=90)
FOR_EVER = timedelta(days=100)


@pytest.fixture
def store(each_store):
    return each_store


@pytest.fixture
def seeded(clock):
    """Two months of 300 returns."""
    return create_app(now=clock.now, pause=clock.sleep, daily_limit=10**6, second_limit=10**6)


@pytest.fixture
def bring_in(feed, connection):
    """Run a backfill of the demo shop to its end, and answer how far it says it got."""

    def bring_in_(*, emits=False, through=feed, since=LONG_AGO, shop=DEMO):
        return list(through.backfill(connection, shop, since, emits=emits))

    return bring_in_


@pytest.fixture
def old(world, clock):
    """Let a return with a refund have been made a while ago, and have moved since."""

    def old_(days=30, status="Received", refund="Success"):
        at = clock.now() - timedelta(days=days)
        rma = world.rma(at=at)
        transaction = world.refund(rma, at=at + timedelta(hours=1))
        simulated = world.sandbox.simulation.world
        for each, later in (("Approved", 2), (status, 3)):
            simulated.change_rma_status(rma, each, at + timedelta(hours=later))
        if refund != transaction.status:
            change = {"status": refund}
            simulated.update_transaction(transaction, change, at + timedelta(hours=4))
        return rma

    return old_


def told(store: Store) -> list[tuple[Any, ...]]:
    """Return what the log holds, in its order: id, kind, status, previous.

    Stays are left out: they are counted from the first look on.
    """
    with store.read() as database:
        of = (event.c.key, event.c.kind, event.c.status, event.c.previous, event.c.occurred_at)
        is_told = event.c.seq.is_not(None), event.c.kind != Kind.RMA_STUCK
        query = select(*of).where(*is_told).order_by(event.c.seq)
        return [tuple(row) for row in database.execute(query)]


def count(store: Store, table: Table) -> int:
    with store.read() as database:
        return int(database.execute(select(func.count()).select_from(table)).scalar_one())


def ids(page: Page) -> list[str]:
    return [shown["id"] for shown in page.objects]


@pytest.mark.parametrize("each_database_url", [sqlite_url], indirect=True)
def test_emitted_history_is_what_a_longer_baseline_would_have_told(
    open_feed, seeded, wire, connection, bring_in, store
):
    wire._app = seeded
    bring_in(emits=True)
    poll_all(open_feed(), connection)
    backfilled = told(store)
    forget(store)
    poll_all(open_feed(baseline=FOR_EVER), connection)
    assert len(backfilled) > 500
    assert sorted(backfilled) == sorted(told(store))


def poll_all(feed: Feed, connection: Connection) -> None:
    for trigger in TRIGGERS.values():
        for _ in range(2):
            feed.poll(connection, trigger, {"raw": False, "shop": DEMO})


def forget(store: Store) -> None:
    with store.write() as database:
        for table in reversed(stream.metadata.sorted_tables):
            database.execute(table.delete())


def test_quiet_history_is_nobodys_news(poll, old, world, bring_in, store, clock):
    old()
    rma = world.rma()
    world.refund(rma)
    everything = (NEW, STATUSES, MONEY, UPDATES, MOVES)
    before = [poll(each) for each in everything]
    last = ids(before[0])[0]
    bring_in()
    assert [poll(each) for each in everything] == before
    assert ids(poll(NEW, after=last)) == []
    clock.advance(FRESHNESS)
    assert [poll(each).objects for each in everything] == [page.objects for page in before]
    assert count(store, thing) == 4


def test_emitted_history_comes_after_what_was_there_and_changes_nothing_of_it(
    poll, old, world, bring_in
):
    older, newer = old(days=40), old(days=20)
    rma = world.rma()
    before = poll(NEW).objects
    bring_in(emits=True)
    walk = poll(NEW, after=before[0]["id"]).objects
    assert [each["rma_id"] for each in walk] == [str(older.id), str(newer.id)]
    assert poll(NEW).objects == [*reversed(walk), *before]
    assert walk[0]["order_name"]
    assert str(rma.id) not in {each["rma_id"] for each in walk}


def test_an_emitted_transaction_knows_its_rma(poll, old, bring_in):
    rma = old()
    bring_in(emits=True)
    (made,) = poll(MONEY).objects
    assert made["rma_id"] == str(rma.id)
    assert len(poll(UPDATES).objects) == 1


@pytest.mark.parametrize("emits", [False, True])
def test_an_old_refund_that_is_updated_is_told_unless_it_was(
    poll, old, bring_in, world, clock, emits
):
    """Paid and requested again between two looks, it looks as before but for its time."""
    poll(REFUNDS)
    rma = old(refund="Requested")
    bring_in(emits=emits)
    assert len(ids(poll(REFUNDS))) == emits
    [refund] = world.sandbox.simulation.world.transactions.values()
    for status in ("Success", "Requested"):
        world.record(refund, status)
    clock.advance(FRESHNESS)
    [shown] = poll(REFUNDS).objects
    assert (shown["transaction_id"], shown["rma_id"]) == (str(refund.id), str(rma.id))
    clock.advance(FRESHNESS)
    world.record(refund, "Requested")
    assert len(ids(poll(REFUNDS))) == 1


def test_a_remembered_return_changes_its_status_without_an_event(
    poll, old, bring_in, world, clock, store
):
    rma = old(status="Received")
    bring_in()
    assert ids(poll(STATUSES)) == []
    rma.status = "Validated"
    world.touch(rma)
    clock.advance(FRESHNESS)
    assert len(poll(STATUSES).objects) == 1
    assert [row[1:4] for row in told(store)] == [("rma.status_changed", "Validated", "Received")]


def test_a_remembered_shipment_changes_its_status(poll, old, bring_in, world, clock):
    rma = old(status="Canceled")
    poll(MOVES)
    bring_in()
    assert ids(poll(MOVES)) == []
    rma.shipments[0].status = "Received"
    world.touch(rma)
    for _ in range(SCANS_ELSE + 1):  # what was updated is listed rarely
        clock.advance(FRESHNESS)
        poll(MOVES)
    assert [each["status"] for each in poll(MOVES).objects] == ["Received"]


def test_details_that_nobody_needs_are_not_asked_for(old, bring_in, world):
    old()
    bring_in()
    assert world.calls() == ["/rmas", "/transactions"]


@pytest.mark.parametrize("emits", [False, True])
@pytest.mark.parametrize("calls_to_live", [1, 2, 5])
def test_it_goes_on_where_it_was_killed(
    calls_to_live, emits, old, bring_in, open_feed, wire, world, store, poll
):
    poll(MOVES)  # so that a quiet one reads details, too
    wire.pagesize = 2
    for days in (50, 40, 30, 20, 10):
        old(days=days, status="Canceled")
    expected = run_undisturbed(bring_in, world, store, emits)
    poll(MOVES)
    world.forget_calls()
    deaths = 0
    left = calls_to_live

    def die(_):
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    wire.before = die
    while True:
        left = calls_to_live
        try:
            bring_in(emits=emits, through=open_feed())
            break
        except Killed:
            deaths += 1
    assert deaths > 0
    assert (told(store), sorted(world.calls())) == expected


@pytest.mark.parametrize("emits", [False, True])
def test_killed_before_an_answer_is_kept_it_asks_for_that_one_again(
    emits, old, bring_in, open_feed, wire, world, store, poll
):
    poll(MOVES)
    wire.pagesize = 2
    for days in (50, 40, 30):
        old(days=days, status="Canceled")
    tellings, calls = run_undisturbed(bring_in, world, store, emits)
    poll(MOVES)
    world.forget_calls()
    for number in range(len(calls)):
        # each lives for one answer that it keeps, but for the first, and for one that it loses
        answers_to_live = min(number, 1)

        def die(_):
            nonlocal answers_to_live
            answers_to_live -= 1
            if answers_to_live < 0:
                raise Killed

        wire.after = die
        with pytest.raises(Killed):
            bring_in(emits=emits, through=open_feed())
    wire.after = lambda _: None
    bring_in(emits=emits, through=open_feed())
    assert told(store) == tellings
    assert sorted(set(world.calls())) == sorted(set(calls))
    assert len(world.calls()) == 2 * len(calls)
    assert count(store, backlog) == 0


def run_undisturbed(
    bring_in: Callable[..., object], world: World, store: Store, emits: bool
) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Bring all in, answer what was told and which calls that took, and forget it all."""
    world.forget_calls()
    bring_in(emits=emits)
    result = told(store), sorted(world.calls())
    forget(store)
    return result


def test_of_an_open_return_that_is_followed_the_moves_of_its_parcels_are_the_feeds_to_tell(
    old, poll, bring_in, store
):
    rma = old()
    rma.shipments[0].status = "Shipped"
    poll(MOVES)
    bring_in(emits=True)
    kinds = {kind for _, kind, *_ in told(store)}
    assert "shipment.created" in kinds
    assert "shipment.status_changed" not in kinds


def test_running_it_again_costs_no_call_and_tells_nothing_twice(old, bring_in, world, store):
    old()
    bring_in(emits=True)
    before = told(store)
    world.forget_calls()
    bring_in(emits=True)
    assert (world.calls(), told(store)) == ([], before)


def test_another_one_reads_no_details_of_what_was_told(old, bring_in, world, store):
    old()
    bring_in(emits=True, since=NOON - timedelta(days=40))
    before = told(store)
    world.forget_calls()
    bring_in(emits=True)
    assert (world.calls("/rma/"), told(store)) == ([], before)


def test_what_was_brought_in_quietly_can_be_let_out_later(old, bring_in, store):
    old()
    bring_in()
    assert told(store) == []
    bring_in(emits=True)
    assert len(told(store)) >= 5


def test_a_change_since_the_baseline_is_left_to_the_feed(poll, old, world, bring_in, clock, store):
    world.sandbox.simulation.ways = Ways(is_quiet=False)
    rma = old(status="Received")
    refund = rma.transactions[0]
    clock.advance(timedelta(hours=1))
    world.move(rma, "Validated")
    world.record(refund, "Failed")
    bring_in()
    (change,) = poll(STATUSES).objects
    assert change["status"] == "Validated"
    (updated,) = poll(UPDATES).objects
    assert updated["status"] == "Failed"
    bring_in(emits=True)
    keys = [key for key, *_ in told(store)]
    assert len(keys) == len(set(keys))


def test_it_stops_where_the_share_of_polls_begins_and_goes_on_the_next_day(
    old, open_feed, bring_in, world, clock
):
    for days in range(5, 45):
        old(days=days)
    feed = open_feed(daily=40)
    with pytest.raises(DayQuotaReached) as refused:
        bring_in(emits=True, through=feed)
    # at noon: 40 less three twentieths for others, and of the rest half a quarter less for polls
    assert len(world.calls()) == 30
    assert refused.value.retry_after == 43_200
    clock.advance(DAY)
    bring_in(emits=True, through=feed)
    assert sorted(world.calls()) == sorted(set(world.calls()))
    assert len(world.calls()) == 42


def test_it_waits_while_somebody_reads_the_shop_and_holds_up_nobody(
    poll, old, bring_in, store, clock
):
    old()
    poll(NEW)
    with store.write() as database:
        until = clock.now() + STREAM_LEASE
        database.execute(stream.update().values(lease_owner="another", lease_until=until))
    began = clock.now()
    steps = bring_in()
    assert clock.now() - began >= STREAM_LEASE
    assert steps[-1].calls_left > 0


def test_one_return_that_cannot_be_shown_holds_up_no_other(old, bring_in, wire, world, store):
    broken, fine = old(days=40), old(days=30)

    def fail(path, response):
        if path == f"/rma/{broken.id}":
            response.status_code = 500

    wire.rewrite = fail
    with pytest.raises(Unavailable, match="1 of the RMAs"):
        bring_in(emits=True)
    assert any(str(fine.id) in key for key, *_ in told(store))
    wire.rewrite = lambda *_: None
    world.forget_calls()
    bring_in(emits=True)
    assert world.calls("/rma") == [f"/rma/{broken.id}"]
    assert any(str(broken.id) in key for key, *_ in told(store))


def test_a_return_that_is_gone_is_passed_over(old, bring_in, wire, store):
    gone, fine = old(days=40), old(days=30)

    def ask_for_another(request):
        if path_of(request) == f"/rma/{gone.id}":
            request.url = request.url.replace(str(gone.id), "1")

    wire.before = ask_for_another
    bring_in(emits=True)
    assert any(str(fine.id) in key for key, *_ in told(store))
    assert count(store, backlog) == 0


def test_a_first_poll_after_it_takes_in_its_baseline_only(old, bring_in, poll, world):
    old()
    rma = world.rma()
    bring_in()
    assert [each["rma_id"] for each in poll(NEW).objects] == [str(rma.id)]


@pytest.mark.parametrize(
    ("resource", "done", "total", "left", "days"),
    [
        (Resource.RMAS, 0, 300, 300, 0),
        (Resource.RMAS, 100, 300, 199, 1),
        (Resource.RMAS, 0, 100_000, 1_000, 55),
        (Resource.RMAS, 0, None, 0, 0),
        (Resource.TRANSACTIONS, 0, 300, 0, 0),
    ],
)
def test_it_tells_how_many_more_days_it_takes(resource, done, total, left, days):
    step = Progress(DEMO, resource, done, total, calls_left=left, calls_a_day=1_800)
    assert step.days_left == days


def test_what_is_shown_of_it_names_rate_calls_and_days(monkeypatch):
    seconds = iter((0.0, 0.0, 10.0))
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    say = Spoken()
    told = [
        say(Progress(DEMO, Resource.RMAS, done, 5_000, calls_left=900, calls_a_day=1_800))
        for done in (1, 26)
    ]
    assert told == [
        "900 calls left for reading, 3 more days",
        "2.5 a second, 900 calls left for reading, 3 more days",
    ]
