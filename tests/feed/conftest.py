from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from connector.blocks import Trigger
from connector.budget import Budget
from connector.clock import MAX_CLOCK_SKEW, Clock
from connector.connections import Connection
from connector.feed import Feed, Page
from connector.feed.log.reader import Log
from connector.feed.log.writer import Writer
from connector.feed.pace.demand import Demands
from connector.feed.pace.pace import Pace
from connector.feed.pace.rhythm import Rhythms
from connector.feed.reading.closed_list import ClosedList
from connector.feed.reading.details import DetailsReader
from connector.feed.reading.ingest import RmaIngest
from connector.feed.reading.listing import Listing
from connector.feed.reading.open_scan import OpenScan
from connector.feed.reading.owners import Owners
from connector.feed.reading.remembered import RememberedRmas
from connector.feed.reading.stays import Stays
from connector.feed.reading.sync import Sync
from connector.feed.reading.transactions import TransactionIngest
from connector.feed.streams.interests import Interests
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.parts import Parts
from connector.feed.streams.streams import Streams
from connector.returngo import Transport, Upstream
from connector.sandbox.app import SandboxApp
from connector.store import Place, Store, Vault
from connector.store.tables import event
from tests.feed.returngo import Wire, World
from tests.stand_ins import AtOnce, HandClock
from triggers.new_rma import block as new_rma

FRESHNESS = timedelta(seconds=60)
BASELINE = timedelta(days=1)
# How far back the first contact really reaches.
REACH = BASELINE + MAX_CLOCK_SKEW

Poll = Callable[..., Page]
OpenFeed = Callable[..., Feed]


@pytest.fixture
def world(sandbox: SandboxApp) -> World:
    return World(sandbox)


@pytest.fixture
def wire(sandbox: SandboxApp) -> Wire:
    return Wire(sandbox)


@pytest.fixture
def transport(wire: Wire, clock: HandClock) -> Iterator[Transport]:
    transport = Transport("http://sandbox.example.com", clock=clock, adapter=wire)
    yield transport
    transport.close()


def open_streams(store: Store, clock: Clock) -> Streams:
    """Open the streams of a database."""
    return Streams(store, clock, Interests(store, clock, reach=REACH))


@pytest.fixture
def interests(store: Store, clock: HandClock) -> Interests:
    return Interests(store, clock, reach=REACH)


@pytest.fixture
def streams(store: Store, clock: HandClock) -> Streams:
    return open_streams(store, clock)


@pytest.fixture
def tracked(store: Store) -> TrackedThings:
    return TrackedThings(store)


@pytest.fixture
def parts(store: Store) -> Parts:
    return Parts(store)


@pytest.fixture
def remembered(vault: Vault) -> RememberedRmas:
    return RememberedRmas(vault)


@pytest.fixture
def ingest(
    tracked: TrackedThings,
    parts: Parts,
    writer: Writer,
    vault: Vault,
    remembered: RememberedRmas,
) -> RmaIngest:
    return RmaIngest(tracked, parts, writer, vault, remembered)


@pytest.fixture
def money(tracked: TrackedThings, parts: Parts, writer: Writer, vault: Vault) -> TransactionIngest:
    return TransactionIngest(tracked, parts, writer, vault)


@pytest.fixture
def demands(store: Store, clock: HandClock) -> Demands:
    return Demands(store, clock)


@pytest.fixture
def pace(
    store: Store, budget: Budget, demands: Demands, interests: Interests, clock: HandClock
) -> Pace:
    return Pace(budget, demands, interests, Rhythms(store, clock), clock, shortest=FRESHNESS)


@pytest.fixture
def writer(store: Store, vault: Vault) -> Writer:
    return Writer(store, vault)


@pytest.fixture
def log(store: Store, vault: Vault) -> Log:
    return Log(store, vault)


@pytest.fixture
def sync(
    store: Store,
    vault: Vault,
    streams: Streams,
    interests: Interests,
    tracked: TrackedThings,
    writer: Writer,
    ingest: RmaIngest,
    parts: Parts,
    money: TransactionIngest,
    pace: Pace,
    remembered: RememberedRmas,
    upstream: Upstream,
    clock: HandClock,
) -> Sync:
    return Sync(
        store,
        streams,
        interests,
        tracked,
        Listing(
            store,
            streams,
            tracked,
            ingest,
            money,
            Owners(store, parts, remembered, pace),
            pace,
            clock,
        ),
        OpenScan(store, streams, tracked, ingest, pace, clock),
        ClosedList(store, tracked, ingest, pace, vault, clock),
        DetailsReader(store, streams, interests, tracked, writer, ingest, pace, clock),
        Stays(store, tracked, writer, vault, remembered, clock),
        pace,
        upstream,
        clock,
    )


@pytest.fixture
def open_feed(store: Store, vault: Vault, transport: Transport, clock: HandClock) -> OpenFeed:
    """Open a feed over the test's database, as another process would."""

    def open_(*, clock: Clock = clock, **options: Any) -> Feed:
        return feed_over(store, vault, transport, clock, **options)

    return open_


def feed_over(
    store: Store,
    vault: Vault,
    transport: Transport,
    clock: Clock,
    *,
    daily: int = 100_000,
    **options: Any,
) -> Feed:
    """Open a feed over a database."""
    budget = Budget(store, daily=daily, second=100_000, clock=clock)
    settings: dict[str, Any] = {
        "freshness": FRESHNESS,
        "baseline": BASELINE,
        "clock": clock,
        "pool": AtOnce(),
        **options,
    }
    return Feed.open(store, vault, budget, Upstream(transport, budget, clock), **settings)


@pytest.fixture
def feed(open_feed: OpenFeed) -> Feed:
    return open_feed()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """List what is unsealed from now on."""
    seen: list[bytes] = []
    open_ = Vault.open

    def counted(vault: Vault, sealed: bytes, at: Place) -> Any:
        seen.append(sealed)
        return open_(vault, sealed, at)

    monkeypatch.setattr(Vault, "open", counted)
    return seen


@pytest.fixture
def poll(feed: Feed, connection: Connection) -> Poll:
    """Poll a trigger through the test's feed; options are what the caller sends."""

    def poll_(trigger: Trigger, **call: Any) -> Page:
        return feed.poll(connection, trigger, {"raw": False, **call})

    return poll_


@pytest.fixture
def count_waiting(store: Store) -> Callable[[], int]:
    """Count the events that wait for details."""

    def count() -> int:
        with store.read() as database:
            waiting = select(func.count()).select_from(event).where(event.c.seq.is_(None))
            return int(database.execute(waiting).scalar_one())

    return count


@pytest.fixture
def _rmas(world: World, poll: Poll) -> None:
    """Three returns, which a poll has shown."""
    for _ in range(3):
        world.rma()
    poll(new_rma)
