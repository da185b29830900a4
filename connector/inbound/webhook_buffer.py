"""Keeps what webhooks hint at, many in one transaction when many come at once."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection as Database
from sqlalchemy import select

from connector.clock import Clock
from connector.feed import Feed
from connector.inbound.inboxes import Inbox
from connector.inbound.payload import WebhookPayload
from connector.store import Store, StoreUnavailable, patience
from connector.store.tables import webhook

MOST_UNKNOWN = 100  # names of events that nobody documents, for each shop
OTHERS = "(others)"
# Seconds for a database that is locked or away: who waits for it holds a thread that polls need.
WEBHOOK_PATIENCE = 3.0
# And to wait for a batch that somebody else writes, after the one before it.
FOR_OTHERS = 2 * WEBHOOK_PATIENCE + 1.0

Received = tuple[Inbox, WebhookPayload]


@dataclass
class _Batch:
    received: list[Received] = field(default_factory=list)
    is_written: threading.Event = field(default_factory=threading.Event)
    error: StoreUnavailable | None = None


@dataclass(frozen=True)
class WebhookCount:
    """How many webhooks of a name have come for a shop, and when the last one did."""

    event_name: str
    count: int
    heard_at: datetime


class WebhookBuffer:
    """Takes in webhooks. One object a process.

    Whoever comes first writes; who comes meanwhile is written together, next.
    """

    def __init__(self, store: Store, feed: Feed, clock: Clock) -> None:
        self._store = store
        self._feed = feed
        self._clock = clock
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._open = _Batch()

    def post(self, inbox: Inbox, payload: WebhookPayload) -> None:
        """Keep what a webhook hints at; when this returns, it is kept. Raises StoreUnavailable."""
        with self._lock:
            batch = self._open
            batch.received.append((inbox, payload))
            is_first = len(batch.received) == 1
        if is_first:
            self._write(batch)
        elif not batch.is_written.wait(FOR_OTHERS):
            raise StoreUnavailable("it does not answer")
        if batch.error is not None:
            raise StoreUnavailable(str(batch.error)) from batch.error

    def counts(self, inbox: Inbox) -> list[WebhookCount]:
        """Return what has come so far, by name."""
        with self._store.read() as database:
            rows = database.execute(
                select(webhook.c.event_name, webhook.c.count, webhook.c.heard_at)
                .where(webhook.c.connection == inbox.connection_id, webhook.c.shop == inbox.shop)
                .order_by(webhook.c.event_name)
            )
            return [WebhookCount(*row) for row in rows]

    def _write(self, batch: _Batch) -> None:
        with self._writing:
            with self._lock:
                self._open = _Batch()
            try:
                with patience(WEBHOOK_PATIENCE), self._store.write() as database:
                    self._keep(database, batch.received)
            except StoreUnavailable as error:
                batch.error = error
            finally:
                batch.is_written.set()

    def _keep(self, database: Database, received: Sequence[Received]) -> None:
        by_inbox: dict[Inbox, list[WebhookPayload]] = {}
        for inbox, payload in received:
            by_inbox.setdefault(inbox, []).append(payload)
        for inbox in sorted(by_inbox):  # one order for all, or they deadlock
            payloads = by_inbox[inbox]
            hints = {hint for payload in payloads for hint in payload.hints}
            self._feed.hear(database, inbox.connection_id, inbox.shop, hints)
            names = Counter(self._name(database, inbox, payload) for payload in payloads)
            for name, count in sorted(names.items()):
                self._count(database, inbox, name, count)

    def _name(self, database: Database, inbox: Inbox, payload: WebhookPayload) -> str:
        """Return the row in which to count: names that nobody documents could be without end."""
        if payload.is_known:
            return payload.event_name
        of_shop = (webhook.c.connection == inbox.connection_id, webhook.c.shop == inbox.shop)
        names = set(database.execute(select(webhook.c.event_name).where(*of_shop)).scalars())
        is_full = len(names) >= MOST_UNKNOWN and payload.event_name not in names
        return OTHERS if is_full else payload.event_name

    def _count(self, database: Database, inbox: Inbox, name: str, count: int) -> None:
        now = self._clock.now()
        database.execute(
            self._store.insert(webhook)
            .values(
                connection=inbox.connection_id,
                shop=inbox.shop,
                event_name=name,
                count=count,
                heard_at=now,
            )
            .on_conflict_do_update(
                index_elements=["connection", "shop", "event_name"],
                set_={"count": webhook.c.count + count, "heard_at": now},
            )
        )
