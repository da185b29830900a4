"""A reading that is killed at any statement, any commit and any call, or stalls between them.

KILL_EVERY=1 kills at each moment of it, which takes a while; by default it is each hundredth,
fewer on a server.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import Table, event, insert, select

import app
from connector.blocks import Kind, Topic
from connector.connections import Connection
from connector.feed import Feed, NotReady
from connector.feed.reading.next_look import WINDOW_OVERLAP
from connector.feed.reading.sync import Sync
from connector.feed.streams.lease import STREAM_LEASE
from connector.feed.streams.streams import Streams
from connector.store import Store
from connector.store import tables as stored
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO, Killed, Wire, World
from tests.stand_ins import HandClock

KILL_EVERY = int(os.environ.get("KILL_EVERY", "100"))
TRIGGERS = tuple(
    app.CATALOGUE.triggers[name]
    for name in ("new_rma", "rma_comment_added", "shipment_status_changed", "transaction_updated")
)
SLOWER = 3  # a server, than a file: it is killed at fewer moments
STALL_EVERY = min(20, KILL_EVERY)
ROUNDS = 8  # what is only looked at again takes its turn
TABLES = stored.metadata.sorted_tables
COUNTS = (stored.budget, stored.spent)  # of calls, which were made all the same
Rows = dict[Table, list[dict[str, Any]]]


@pytest.fixture
def store(each_store: Store) -> Store:
    return each_store


def rows_of(store: Store, *, without: tuple[Table, ...] = ()) -> Rows:
    """Read all that is stored."""
    with store.read() as database:
        return {
            table: [dict(row) for row in database.execute(select(table)).mappings()]
            for table in TABLES
            if table not in without
        }


def put_back(store: Store, rows: Rows) -> None:
    """Have stored what was stored."""
    with store.write() as database:
        for table in reversed(TABLES):
            database.execute(table.delete())
        for table in TABLES:
            if rows[table]:
                database.execute(insert(table), rows[table])


def told(store: Store) -> list[tuple[Any, ...]]:
    """Return what happened, as the log has it."""
    of = stored.event.c
    query = select(of.key, of.kind, of.status, of.previous, of.occurred_at, of.seq.is_not(None))
    with store.read() as database:
        return sorted(map(tuple, database.execute(query)), key=str)


class Life:
    """A process, which dies at the `last` moment: a statement, a commit, a call, its answer."""

    def __init__(self, last: int | None = None) -> None:
        self.last = last
        self.moments = 0

    def go_on(self, *_: Any) -> None:
        """Come to the next moment; the dead do nothing any more."""
        self.moments += 1
        if self.last is not None and self.moments >= self.last:
            raise Killed

    @contextmanager
    def lived(self, store: Store, wire: Wire) -> Iterator[None]:
        event.listen(store.engine, "before_cursor_execute", self.go_on)
        event.listen(store.engine, "commit", self.go_on)
        wire.before = wire.after = self.go_on
        try:
            yield
        except Killed:
            pass
        finally:
            event.remove(store.engine, "before_cursor_execute", self.go_on)
            event.remove(store.engine, "commit", self.go_on)
            wire.before = wire.after = lambda _: None


@pytest.fixture
def poll_all(open_feed: Callable[..., Feed], connection: Connection) -> Callable[[], None]:
    """Poll all triggers, by a process of its own."""

    def poll() -> None:
        feed = open_feed()
        for trigger in TRIGGERS:
            try:
                feed.poll(connection, trigger, {"raw": False, "shop": DEMO})
            except NotReady:
                continue

    return poll


def happen(world: World) -> None:
    """Returns are made, move on and are talked about; refunds are made and recorded."""
    rmas = list(world.sandbox.simulation.world.rmas.values())
    for _ in range(2):
        world.refund(world.rma())
    for rma in rmas:
        world.move(rma, "Approved")
        world.sandbox.simulation.world.add_comment(rma, "<p>Hello.</p>", world.now())
        world.sandbox.simulation.world.update_shipment(
            rma.shipments[0], {"status": "Shipped"}, world.now()
        )
        world.record(rma.transactions[0], "Success")


@pytest.fixture(params=["the first", "a later"])
def before(
    request: pytest.FixtureRequest,
    store: Store,
    world: World,
    wire: Wire,
    clock: HandClock,
    poll_all: Callable[[], None],
) -> Rows:
    """What is stored before the reading."""
    wire.pagesize = 1
    for _ in range(2):
        world.refund(world.rma())
    if request.param == "a later":
        poll_all()
    clock.advance(FRESHNESS + timedelta(seconds=1))
    happen(world)
    clock.advance(2 * WINDOW_OVERLAP)  # so that no later window shows it once more
    return rows_of(store)


def settled(poll_all: Callable[[], None], clock: HandClock, store: Store, *, to: Any) -> Any:
    """Read on once the leases of the dead have ended, and answer what is told in the end."""
    for _ in range(ROUNDS):
        clock.advance(STREAM_LEASE + FRESHNESS)
        poll_all()
        if told(store) == to:
            break
    return told(store)


def test_whenever_a_reading_is_killed_cursor_and_events_agree(
    before: Rows,
    store: Store,
    wire: Wire,
    clock: HandClock,
    poll_all: Callable[[], None],
):
    """Were the cursor ahead of the events, the next reading would miss some."""
    began = clock.now()
    whole = Life()
    with whole.lived(store, wire):
        poll_all()
    expected = settled(poll_all, clock, store, to=None)
    assert whole.moments > 100
    assert len(expected) > 15
    is_file = store.engine.dialect.name == "sqlite"
    every = KILL_EVERY if is_file else KILL_EVERY * SLOWER
    for last in range(1 + random.randrange(every), whole.moments + 1, every):
        put_back(store, before)
        clock.advance(began - clock.now())
        life = Life(last)
        with life.lived(store, wire):
            poll_all()
        assert life.moments >= last
        found = settled(poll_all, clock, store, to=expected)
        assert found == expected, f"killed at moment {last} of {whole.moments}"


@pytest.mark.parametrize("before", ["a later"], indirect=True)
@pytest.mark.parametrize("kind", [Kind.COMMENT_ADDED, Kind.TRANSACTION_STATUS_CHANGED])
def test_who_stalls_past_its_lease_before_any_transaction_touches_no_row(
    before: Rows,
    store: Store,
    world: World,
    clock: HandClock,
    sync: Sync,
    streams: Streams,
    connection: Connection,
    poll_all: Callable[[], None],
    kind: Kind,
):
    """Meanwhile another process reads to the end, and sees more."""
    began = clock.now()
    left: Rows = {}

    def run(stalled_at: int | None) -> int:
        """Read a stream, stall before one of its transactions, and count them."""
        begun = 0

        def stall(*_: object) -> None:
            nonlocal begun, left
            if begun == stalled_at:
                return
            begun += 1
            if begun == stalled_at:
                clock.advance(STREAM_LEASE + timedelta(seconds=1))
                world.refund(world.rma())
                poll_all()
                left = rows_of(store, without=COUNTS)

        put_back(store, before)
        clock.advance(began - clock.now())
        stream = streams.ask(connection, DEMO, Topic(kind))
        lease = streams.leases.acquire(stream.id)
        assert lease is not None
        with mock.patch.object(streams.leases, "acquire", return_value=lease):
            event.listen(store.engine, "checkout", stall)  # before a transaction begins
            sync.run(connection, stream.id, is_stale=lambda _: True)
            event.remove(store.engine, "checkout", stall)
        return begun

    total = run(None)
    assert total > 20
    for number in range(1 + random.randrange(STALL_EVERY), total + 1, STALL_EVERY):
        assert run(number) == number
        assert rows_of(store, without=COUNTS) == left, f"{number} of {total}"
