"""The life of a bridge in this process, whose store has so many returns a day."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import Engine, Table, event, func, select, text
from sqlalchemy.engine import make_url

import app
from connector.bridge import Bridge
from connector.connections.connections import OPERATOR
from connector.feed import Feed, NotReady
from connector.returngo import Transport
from connector.sandbox.app import SandboxApp, create_app
from connector.sandbox.world.lifecycle import OPEN_RMA_STATUSES
from connector.store import Store, migrate
from connector.store import tables as stored
from tests.databases import hurry
from tests.simulation.merchants import DAY, Merchants
from tests.stand_ins import AtOnce, HandClock, HandSender, WsgiAdapter
from tests.web.conftest import SETTINGS

FIRST_DAY = datetime(2026, 2, 3, tzinfo=UTC)
MONTH = 30 * DAY
POLLS_EVERY = timedelta(hours=6)
OVER = timedelta(days=20)  # nothing happens any more to a return of this age
ENDLESS = 10**9
# As where three hundred returns a day share the usual limit; what is left is looks.
CALLS_A_RETURN = 2000 / 300
TRIGGERS = tuple(
    app.CATALOGUE.triggers[key]
    for key in (
        "new_rma",
        "rma_status_changed",
        "rma_received",
        "refund_requested",
        "new_transaction",
        "transaction_updated",
        "shipment_created",
        "shipment_status_changed",
        "rma_comment_added",
    )
)
HOOKS = ("rma_approved", "refund_requested")
MEGABYTE = 1024 * 1024
COUNTED = ("event", "snapshot", "facet", "thing", "trace", "told", "delivery")


@dataclass(frozen=True)
class Month:
    """What was there at the end of a month; times are medians, in milliseconds.

    `poll` is one asked anew; `reading` what recording costs for each call to ReturnGO; `step` the
    longest time for which a step of retention held the database in that month.
    """

    number: int
    returns: int
    rows: dict[str, int]
    megabytes: float
    poll: float
    reading: float
    step: float
    memory: float


class Life:
    """A bridge over a database, and ReturnGO, on one clock that runs as fast as it can."""

    def __init__(
        self,
        url: str,
        *,
        returns_a_day: int,
        keeps_days: int,
        polls_every: timedelta = POLLS_EVERY,
    ) -> None:
        self.polls_every = polls_every
        self.clock = HandClock(FIRST_DAY)
        self.sandbox = create_app(
            now=self.clock.now,
            pause=self.clock.sleep,
            empty=True,
            daily_limit=ENDLESS,
            second_limit=ENDLESS,
        )
        self.returns_a_day = returns_a_day
        self.returns = 0
        self.merchants = Merchants(self.sandbox, Random(1))
        self.wire = TimedWire(self.sandbox)
        self.transport = Transport(
            "http://sandbox.example.com", clock=self.clock, adapter=self.wire
        )
        self.store = hurry(Store(url))
        migrate(self.store)
        self.locks = Locks(self.store.engine)
        settings = replace(
            SETTINGS,
            returngo_shops=SETTINGS.returngo_shops[:1],
            returngo_daily_limit=max(200, int(CALLS_A_RETURN * returns_a_day)),
            returngo_second_limit=ENDLESS,
            event_retention_days=keeps_days,
            page_cache=16,
        )
        self.bridge = Bridge.assemble(
            settings,
            self.store,
            app.CATALOGUE,
            self.clock,
            transport=self.transport,
            sender=HandSender(),
            pool=AtOnce(),
        )
        connection = self.bridge.connections.by_id(OPERATOR)
        assert connection is not None
        self.connection = connection
        self._poll_all(self.bridge.feed)
        for key in HOOKS:
            self.bridge.delivery.hooks.subscribe(
                connection,
                app.CATALOGUE.triggers[key],
                f"http://127.0.0.1:9/{key}",
                {},
                is_ordered=False,
            )

    def close(self) -> None:
        """End it."""
        self.bridge.close()
        self.transport.close()
        self.store.close()

    def months(self, count: int) -> Iterator[Month]:
        """Live so many months; tell at the end of each how it went."""
        for number in range(1, count + 1):
            self.locks.longest = 0.0
            self.live(MONTH // DAY)
            yield self._measured(number)

    def live(self, days: int) -> None:
        """Let so many days go by."""
        for _ in range(days):
            self._day()

    def rows(self, table: Table) -> int:
        """Count what is kept in a table."""
        with self.store.read() as database:
            return int(database.execute(select(func.count()).select_from(table)).scalar_one())

    def _day(self) -> None:
        begins = self.clock.now()
        self.merchants.plan(self.connection.shops, begins, 1, self.returns_a_day)
        self.returns += self.returns_a_day
        self.wire.seconds = self.wire.calls = 0
        spent = 0.0
        while self.clock.now() < begins + DAY:
            self.clock.advance(self.polls_every)
            self.merchants.live_until(self.clock.now())
            began = time.perf_counter()
            self._poll_all(self.bridge.feed)
            spent += time.perf_counter() - began
            self._deliver()
            self._retain()
        self.reading = (spent - self.wire.seconds) / max(1, self.wire.calls) * 1000
        self._tidy()

    def _poll_all(self, feed: Feed) -> None:
        for trigger in TRIGGERS:
            try:
                feed.poll(self.connection, trigger, {"raw": False})
            except NotReady:
                feed.poll(self.connection, trigger, {"raw": False})

    def _deliver(self) -> None:
        delivery = self.bridge.delivery
        while delivery.fanout.run() | delivery.dispatcher.turn():
            self.clock.sleep(0.05)

    def _retain(self) -> None:
        with self.locks.watched():
            while self.bridge.retention.step(self.clock.now()):
                pass

    def _tidy(self) -> None:
        """Let the simulated ReturnGO forget what is over; the bridge must do so by itself."""
        simulation = self.sandbox.simulation
        world, before = simulation.world, self.clock.now() - OVER
        over = [
            rma
            for rma in world.rmas.values()
            if rma.created_at < before and rma.status not in OPEN_RMA_STATUSES
        ]
        for rma in over:
            del world.rmas[rma.id]
            world.orders.pop(rma.order.id, None)
            for shipment in rma.shipments:
                world.shipments.pop(shipment.id, None)
            for transaction in rma.transactions:
                world.transactions.pop(transaction.id, None)
        simulation.calls.clear()
        self.merchants.made.clear()
        self.sender.sent.clear()

    @property
    def sender(self) -> HandSender:
        """Return what stands in for the hooks' network."""
        sender: Any = self.bridge.delivery.hooks.sender
        assert isinstance(sender, HandSender)
        return sender

    def _measured(self, number: int) -> Month:
        gc.collect()
        return Month(
            number=number,
            returns=self.returns,
            rows={name: self.rows(stored.metadata.tables[name]) for name in COUNTED},
            megabytes=self.megabytes(),
            poll=self._poll(),
            reading=self.reading,
            step=self.locks.longest * 1000,
            memory=resident(),
        )

    def _poll(self) -> float:
        """Measure polls that nobody has asked before, of each trigger."""
        taken = []
        for trigger in TRIGGERS:
            for limit in (25, 26, 27):
                began = time.perf_counter()
                self.bridge.feed.poll(self.connection, trigger, {"raw": False, "limit": limit})
                taken.append(time.perf_counter() - began)
        return median(taken) * 1000

    def megabytes(self) -> float:
        """Return what the database takes of the disk."""
        url = make_url(str(self.store.engine.url))
        if url.get_backend_name() == "sqlite":
            return Path(str(url.database)).stat().st_size / MEGABYTE
        with self.store.read() as database:
            size = database.execute(text("SELECT pg_database_size(current_database())"))
            return float(size.scalar_one()) / MEGABYTE


class TimedWire(WsgiAdapter):
    """Carries calls to the simulated ReturnGO, and measures what that takes."""

    def __init__(self, sandbox: SandboxApp) -> None:
        super().__init__(sandbox)
        self.seconds = 0.0
        self.calls = 0

    def send(self, *args: Any, **options: Any) -> Any:
        """Carry a call."""
        began = time.perf_counter()
        try:
            return super().send(*args, **options)
        finally:
            self.calls += 1
            self.seconds += time.perf_counter() - began


class Locks:
    """Measures for how long transactions that write hold the database, while it is watched."""

    def __init__(self, engine: Engine) -> None:
        self.longest = 0.0
        self._began = 0.0
        self._is_watched = False
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "commit", self._end)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch what is done in the block."""
        self._is_watched = True
        try:
            yield
        finally:
            self._is_watched = False

    def _begin(self, _connection: Any) -> None:
        self._began = time.perf_counter()

    def _end(self, connection: Any) -> None:
        if self._is_watched and connection.get_execution_options().get("writes"):
            self.longest = max(self.longest, time.perf_counter() - self._began)


def resident() -> float:
    """Return the memory of this process, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / MEGABYTE
