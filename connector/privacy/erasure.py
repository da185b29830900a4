"""Erasing a customer: nothing is left of the returns and transactions that name one, but ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection as Database
from sqlalchemy import delete, select

from connector.clock import Clock
from connector.feed import Told, Traces, allocate_positions, delete_events, from_row, while_unread
from connector.privacy.customer import KeptThing
from connector.store import Store
from connector.store.tables import backfill, backlog, delivery, event, hint, thing


@dataclass(frozen=True)
class Erased:
    """What was erased, counted."""

    things: int
    events: int
    deliveries: int


@dataclass(frozen=True)
class Erasure:
    """Erases things, and sees that they stay forgotten.

    Their events are told no more, nor sent; whatever ReturnGO shows of them is neither told nor
    kept from then on. An id, a status and a digest of each event stay, to know them by.
    """

    store: Store
    clock: Clock

    def run(self, things: Sequence[KeptThing]) -> Erased:
        """Erase things, those of a shop at once, when it is not being read.

        Raises StoreUnavailable; running it again goes on.
        """
        events = deliveries = 0
        for stream_id, some in groupby(
            sorted(things, key=lambda each: each.stream_id), key=lambda each: each.stream_id
        ):
            own = [*some]
            with while_unread(self.store, self.clock, stream_id) as database:
                now = self.clock.now()
                told, sent = self._erase(database, stream_id, own, now)
                # What is shown again while nothing is added to the log must not be shown again.
                allocate_positions(self.store, database, own[0].connection, 1, now)
            events, deliveries = events + told, deliveries + sent
        return Erased(len(things), events, deliveries)

    def _erase(
        self, database: Database, stream_id: int, things: Sequence[KeptThing], now: datetime
    ) -> tuple[int, int]:
        ids = [each.resource_id for each in things]
        rows = database.execute(
            select(event.c.id, event.c.seq, event.c.key, event.c.snapshot_id).where(
                event.c.stream_id == stream_id, event.c.resource_id.in_(ids)
            )
        ).all()
        sent = database.execute(
            delete(delivery).where(delivery.c.event_id.in_([row.id for row in rows]))
        ).rowcount
        told = {row.key: row.seq for row in rows if row.seq is not None}
        Told(self.store).keep(database, stream_id, told)
        delete_events(database, stream_id, rows)
        self._leave_traces(database, stream_id, ids, now)
        jobs = select(backfill.c.id).where(backfill.c.stream_id == stream_id)
        database.execute(
            delete(backlog).where(backlog.c.backfill_id.in_(jobs), backlog.c.resource_id.in_(ids))
        )
        database.execute(
            delete(hint).where(
                hint.c.connection == things[0].connection,
                hint.c.shop == things[0].shop,
                hint.c.resource_id.in_(ids),
            )
        )
        return len(told), sent

    def _leave_traces(
        self, database: Database, stream_id: int, ids: Sequence[str], now: datetime
    ) -> None:
        which = (thing.c.stream_id == stream_id, thing.c.resource_id.in_(ids))
        traces = Traces(self.store)
        known = map(from_row, database.execute(select(thing).where(*which)).mappings())
        traces.keep(database, stream_id, known)
        traces.forget(database, stream_id, ids, now)
        database.execute(delete(thing).where(*which))
