"""Days of a bridge: its clients poll, its shops live, its operator acts; all is measured."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select

import app
from connector.blocks import Trigger
from connector.budget import Budget, Purpose
from connector.connections import Connection
from connector.feed import Feed, NotReady
from connector.returngo import ReturnGOError, Transport, Upstream
from connector.sandbox.app import SandboxApp
from connector.store import Store, Vault, migrate
from connector.store.tables import event as events
from tests.databases import hurry
from tests.simulation.calls import CountingWire
from tests.simulation.lull import Lull
from tests.simulation.measures import Measures
from tests.simulation.merchants import DAY, LIFETIME, Merchants
from tests.simulation.policies import Spending
from tests.simulation.shops import DAILY, KEY, SECOND, returngo_with, shops_named
from tests.stand_ins import AtOnce, HandClock

FIRST_DAY = datetime(2026, 2, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TRIGGERS = tuple(
    app.CATALOGUE.triggers[key]
    for key in (
        "new_rma",
        "rma_status_changed",
        "refund_requested",
        "transaction_updated",
        "shipment_status_changed",
    )
)
ACTS_EVERY = timedelta(minutes=20)
LAST_ACT = timedelta(hours=23, minutes=59, seconds=30)
FRESHNESS = timedelta(seconds=60)  # the setting's default, as is the next
BASELINE = DAY


@dataclass(frozen=True)
class Scenario:
    """How many `clients` poll all triggers each minute, of how many shops with how many returns.

    `reading` is how many calls a day reading may take, where it is less than it may by itself;
    `spending` by which rules they are spent.
    """

    clients: int
    shops: int
    rmas_a_day: int
    reading: int | None = None
    spending: Spending = Spending.BY_NEWS
    seed: int = 1

    @property
    def polls_a_day(self) -> int:
        """Count what all clients ask for in a day."""
        return self.clients * len(TRIGGERS) * (DAY // MINUTE)


class Bridge:
    """A bridge in this process, and ReturnGO beside it."""

    def __init__(
        self, scenario: Scenario, sandbox: SandboxApp, store: Store, clock: HandClock
    ) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.rng = Random(scenario.seed)
        self.merchants = Merchants(sandbox, self.rng)
        self.wire = CountingWire(sandbox, store, clock)
        self.transport = Transport("http://sandbox.example.com", clock=clock, adapter=self.wire)
        self.budget = Budget(
            store, daily=DAILY, second=SECOND, reading=scenario.reading, clock=clock
        )
        self.upstream = Upstream(self.transport, self.budget, clock)
        shops = shops_named(scenario.shops)
        self.connection = Connection(id="operator", shops=shops, api_key=KEY, label="days")
        self.feed = Feed.open(
            store,
            Vault(["a secret only for tests"]),
            self.budget,
            self.upstream,
            freshness=FRESHNESS,
            baseline=BASELINE,
            clock=clock,
            pool=AtOnce(),
            policy=scenario.spending.value,
        )
        self.measures = Measures(self.merchants.made)
        self._lulls: dict[str, Lull] = {}
        self._last_ids: dict[str, str] = {}
        self._seen: dict[str, int | None] = {}
        self.store = store

    def poll(self, client: int, which: int) -> None:
        """Let a client poll a trigger; what it sees is measured. The first one walks the log."""
        trigger = TRIGGERS[which]
        now = self.clock.now()
        if self._is_lull(client, trigger, now):
            self.measures.polled(now, self._lulls[trigger.key].age(now))
            return
        call: dict[str, Any] = {"raw": False, "limit": 1}
        if client == 0 and trigger.key in self._last_ids:
            call |= {"after": self._last_ids[trigger.key], "limit": 1000}
        try:
            page = self.feed.poll(self.connection, trigger, call)
        except (NotReady, ReturnGOError):
            self.measures.unanswered(now)
            return
        now = self.clock.now()
        if client == 0:
            self._seen[trigger.key] = self._newest(trigger)
            for shown in page.objects:
                self._last_ids[trigger.key] = shown["id"]
                self.measures.shown(trigger.key, shown, now)
        self.measures.polled(now, page.age)
        if trigger.key not in self._lulls:
            self._lulls[trigger.key] = Lull(self.feed, self.connection, trigger, self.wire)
        self._lulls[trigger.key].begin(now)

    def _is_lull(self, client: int, trigger: Trigger, now: datetime) -> bool:
        key = trigger.key
        if key not in self._lulls or not self._lulls[key].lasts(now):
            return False
        return client != 0 or (key in self._seen and self._seen[key] == self._newest(trigger))

    def _newest(self, trigger: Trigger) -> int | None:
        """Return the place in the log of the newest event that a trigger might show."""
        with self.store.read() as database:
            newest = select(func.max(events.c.seq)).where(events.c.kind == trigger.topic.kind)
            return database.execute(newest).scalar()

    def act(self) -> None:
        """Comment on some return, as a step of an automation would."""
        now = self.clock.now()
        rma = self.rng.choice(list(self.sandbox.simulation.world.rmas.values()))
        returngo = self.upstream.open(self.connection, rma.shop, Purpose.ACTING)
        try:
            returngo.add_comment(str(rma.id), "<p>Parcel arrived.</p>")
        except ReturnGOError as error:
            self.measures.acted(now, str(error))
        else:
            self.measures.acted(now, None)


@contextmanager
def opened(scenario: Scenario, *, start: datetime = FIRST_DAY, days: int = 2) -> Iterator[Bridge]:
    """Open a bridge that nobody has polled yet, beside shops that have been busy for long."""
    clock = HandClock(start)
    shops = shops_named(scenario.shops)
    with (
        tempfile.TemporaryDirectory() as folder,
        returngo_with(shops, clock, scenario.seed) as sandbox,
        # backing off draws lots; a day must be the same each time
        patch("random.uniform", lambda least, _: least),
    ):
        # waiting for the disk would be most of a day's work
        store = hurry(Store(f"sqlite:///{Path(folder) / 'days.sqlite3'}"))
        migrate(store)
        bridge = Bridge(scenario, sandbox, store, clock)
        midnight = start.replace(hour=0, minute=0, second=0)
        bridge.merchants.plan(shops, midnight - LIFETIME, LIFETIME.days + days, scenario.rmas_a_day)
        bridge.merchants.live_until(start)
        bridge.merchants.made.clear()
        try:
            yield bridge
        finally:
            bridge.feed.close()
            bridge.transport.close()
            store.close()


def run(bridge: Bridge, scenario: Scenario, start: datetime, end: datetime) -> None:
    """Let everything happen between two times, in its order."""
    for at, who, which in merge(_polls(scenario, start, end), _acts(start, end)):
        while bridge.merchants.next_at <= at:
            bridge.merchants.live_until(bridge.merchants.next_at)
        # a reading makes its poll wait; who comes meanwhile comes a moment late
        bridge.clock.advance(max(timedelta(0), at - bridge.clock.now()))
        if who < 0:
            bridge.act()
        else:
            bridge.poll(who, which)


def _polls(
    scenario: Scenario, start: datetime, end: datetime
) -> Iterator[tuple[datetime, int, int]]:
    """Spread the polls of all over each minute."""
    polls = scenario.clients * len(TRIGGERS)
    minute = start
    while minute < end:
        for place in range(polls):
            yield minute + MINUTE * place / polls, place // len(TRIGGERS), place % len(TRIGGERS)
        minute += MINUTE


def _acts(start: datetime, end: datetime) -> Iterator[tuple[datetime, int, int]]:
    at = start
    while at < end:
        yield at, -1, 0
        if at + ACTS_EVERY > (last := _midnight(at) + LAST_ACT) and last < end:
            yield last, -1, 0
        at += ACTS_EVERY


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
