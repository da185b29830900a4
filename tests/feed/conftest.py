from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from connector.blocks import Trigger
from connector.budget import Budget
from connector.clock import Clock
from connector.connections import Connection
from connector.feed import Feed, Page
from connector.feed.census import Census
from connector.feed.demand import Demands
from connector.feed.details import Details
from connector.feed.intake import Intake
from connector.feed.interests import CLOCK_DOUBT, Interests
from connector.feed.listing import Listing
from connector.feed.log import Log
from connector.feed.pace import Pace
from connector.feed.recorder import Recorder
from connector.feed.streams import Streams
from connector.feed.sync import Sync
from connector.feed.things import Things
from connector.returngo import Transport, Upstream
from connector.sandbox.app import SandboxApp
from connector.store import Store, Vault
from connector.store.tables import event
from tests.feed.returngo import Wire, World
from tests.stand_ins import AtOnce, HandClock

FRESHNESS = timedelta(seconds=60)
BASELINE = timedelta(days=1)
# How far back the first contact really reaches.
REACH = BASELINE + CLOCK_DOUBT

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
def things(store: Store) -> Things:
    return Things(store)


@pytest.fixture
def intake(things: Things, recorder: Recorder) -> Intake:
    return Intake(things, recorder)


@pytest.fixture
def demands(store: Store, clock: HandClock) -> Demands:
    return Demands(store, clock)


@pytest.fixture
def pace(budget: Budget, demands: Demands, interests: Interests) -> Pace:
    return Pace(budget, demands, interests, shortest=FRESHNESS)


@pytest.fixture
def recorder(store: Store, vault: Vault) -> Recorder:
    return Recorder(store, vault)


@pytest.fixture
def log(store: Store, vault: Vault) -> Log:
    return Log(store, vault)


@pytest.fixture
def sync(
    store: Store,
    streams: Streams,
    interests: Interests,
    things: Things,
    recorder: Recorder,
    intake: Intake,
    pace: Pace,
    upstream: Upstream,
    clock: HandClock,
) -> Sync:
    return Sync(
        streams,
        interests,
        Listing(store, streams, things, intake, pace, clock),
        Details(store, streams, interests, things, recorder, pace, clock),
        Census(store, streams, things, pace, clock),
        upstream,
    )


@pytest.fixture
def open_feed(store: Store, vault: Vault, transport: Transport, clock: HandClock) -> OpenFeed:
    """Open a feed over the test's database, as another process would."""

    def open_(*, clock: Clock = clock, daily: int = 100_000, **options: Any) -> Feed:
        budget = Budget(store, daily=daily, second=100_000, clock=clock)
        settings: dict[str, Any] = {
            "freshness": FRESHNESS,
            "baseline": BASELINE,
            "clock": clock,
            "pool": AtOnce(),
            **options,
        }
        return Feed.open(store, vault, budget, Upstream(transport, budget, clock), **settings)

    return open_


@pytest.fixture
def feed(open_feed: OpenFeed) -> Feed:
    return open_feed()


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
