"""A bureau: the log of a connection to which events are written by hand, and what delivers them."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import simplejson

import app as root
from connector.blocks import Kind, Topic
from connector.budget import Budget
from connector.clock import MAX_CLOCK_SKEW
from connector.connections import Connection, Connections
from connector.delivery import Delivery, Subscription, TargetRules
from connector.feed import Feed
from connector.feed.log.writer import Writer
from connector.feed.reading.transactions import TransactionIngest
from connector.feed.streams.interests import Interests, Wanted
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.parts import Parts
from connector.feed.streams.streams import Streams
from connector.returngo import Transport, Upstream
from connector.store import Store, Vault
from tests.stand_ins import AtOnce, HandClock, HandSender
from tests.web.conftest import SETTINGS

DEMO = "demo.myshopify.com"
OUTLET = "outlet.myshopify.com"
REQUESTED = Topic(Kind.TRANSACTION_STATUS_CHANGED, "Requested")
URL = "https://hooks.example.com/catch/1"
NO_FILTERS: Mapping[str, str] = {}
LIFE = timedelta(days=1) + MAX_CLOCK_SKEW


@dataclass
class Bureau:
    """One worker over a database; others may be opened over the same."""

    store: Store
    vault: Vault
    clock: HandClock
    sender: HandSender
    connection: Connection
    delivery: Delivery = field(init=False)
    refunds: int = 0

    def __post_init__(self) -> None:
        self.interests = Interests(self.store, self.clock, reach=LIFE)
        self.streams = Streams(self.store, self.clock, self.interests)
        writer = Writer(self.store, self.vault)
        self.money = TransactionIngest(
            TrackedThings(self.store), Parts(self.store), writer, self.vault
        )
        self.delivery = self.another()

    def another(self, pool: Executor | None = None, store: Store | None = None) -> Delivery:
        """Open one more worker, as another process would."""
        store = store or self.store
        budget = Budget(store, daily=1000, second=1000, clock=self.clock)
        transport = Transport("http://returngo.example.com", clock=self.clock)
        feed = Feed.open(
            store,
            self.vault,
            budget,
            Upstream(transport, budget, self.clock),
            freshness=timedelta(minutes=1),
            baseline=timedelta(days=1),
            clock=self.clock,
            pool=AtOnce(),
        )
        return Delivery.open(
            store,
            self.vault,
            feed,
            Connections(SETTINGS, store, self.vault, self.clock),
            root.CATALOGUE.triggers,
            rules=TargetRules(allow_local=True),
            sender=self.sender,
            clock=self.clock,
            pool=pool or AtOnce(),
        )

    def subscribe(
        self,
        trigger: str = "refund_requested",
        url: str = URL,
        *,
        ordered: bool = False,
        connection: Connection | None = None,
        filters: Mapping[str, str] = NO_FILTERS,
    ) -> Subscription:
        return self.delivery.hooks.subscribe(
            connection or self.connection,
            root.CATALOGUE.triggers[trigger],
            url,
            filters,
            is_ordered=ordered,
        ).hook

    def ready(self, shop: str = DEMO, connection: Connection | None = None) -> None:
        """Let the first reading of refunds have ended a moment ago."""
        stream = self.streams.ask(connection or self.connection, shop, REQUESTED)
        with self.store.write() as database:
            self.interests.ready(database, stream.id, Wanted(topics=frozenset({REQUESTED})))
        self.clock.advance(timedelta(milliseconds=1))

    def refund(
        self,
        shop: str = DEMO,
        *,
        at: datetime | None = None,
        connection: Connection | None = None,
        **row: Any,
    ) -> str:
        """Record that a refund was requested, and name the event."""
        self.refunds += 1
        stream = self.streams.ask(connection or self.connection, shop, REQUESTED)
        when = (at or self.clock.now()).isoformat()
        told = {
            "id": self.refunds,
            "type": "RefundToPaymentMethod",
            "status": "Requested",
            "createdAt": when,
            "lastUpdated": when,
            **row,
        }
        with self.store.write() as database:
            self.money.take(database, stream, [told], Wanted(), self.clock.now())
        newest = self.delivery.fanout.events.newest_first(
            root.CATALOGUE.triggers["refund_requested"], [stream.id]
        )
        return next(newest).event.id

    def work(self, *workers: Delivery) -> None:
        """Let the workers do all that can be done at this instant, a paced host's moments too."""
        for _ in range(10_000):
            did = False
            for each in workers or (self.delivery,):
                each.mending.run()
                did |= each.fanout.run()
                did |= each.dispatcher.turn()
            if not did:
                return
        raise AssertionError("the work has no end")

    def work_for(self, span: timedelta, *workers: Delivery, step: float = 0.05) -> None:
        """Let the workers work while time passes, in steps of so many seconds."""
        until = self.clock.now() + span
        while self.clock.now() < until:
            self.work(*workers)
            self.clock.sleep(step)
        self.work(*workers)

    def events(self, hook: Subscription | None = None) -> list[str]:
        """Return the ids of the events that were sent, in that order; of one hook, or of all."""
        return [
            simplejson.loads(body)["id"]
            for url, body, _ in self.sender.sent
            if hook is None or url == hook.target_url
        ]

    def states(self, hook: Subscription) -> list[str]:
        """Tell how the deliveries of a hook stand, the oldest first."""
        found = self.delivery.hooks.outbox.newest_first(hook.id, None, 1000)
        return [str(each.state) for each in reversed(found)]


def ids(headers: Iterable[tuple[str, bytes, dict[str, str]]]) -> list[str]:
    """Return the ids of the messages that were sent."""
    return [each["webhook-id"] for _, _, each in headers]
