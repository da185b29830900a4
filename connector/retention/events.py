"""Events: what was recorded long ago is deleted, with what it showed and what filters found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import and_, delete, exists, false, func, or_, select, update

from connector.blocks import Resource
from connector.feed import Told, delete_events
from connector.retention.pruned import may_prune
from connector.store import Store
from connector.store.tables import (
    delivery,
    event,
    facet,
    fanout,
    sequence,
    sieve,
    stream,
    subscription,
    thing,
)
from schemas.words import OPEN_RMA_STATUSES

AT_ONCE = 50
LOOKED_AT = 1000

_IS_OPEN = exists().where(
    thing.c.stream_id == event.c.stream_id,
    thing.c.resource_id == event.c.resource_id,
    thing.c.status.in_(OPEN_RMA_STATUSES),
)
_IS_ON_ITS_WAY = exists().where(delivery.c.event_id == event.c.id)
_IS_OWED = exists().where(
    fanout.c.connection == stream.c.connection,
    fanout.c.seq < event.c.seq,
    subscription.c.connection == stream.c.connection,
    subscription.c.ended_at.is_(None),
    subscription.c.since_seq < event.c.seq,
)


@dataclass(frozen=True)
class Events:
    """Deletes events that were recorded longer than `keeps` ago.

    But not those of an RMA that is still open, nor what is on its way to a hook, or owed to one. A
    digest of each id and its place stay: none is told again, and a client that stands
    there goes on.
    """

    store: Store
    keeps: timedelta

    def run(self, now: datetime) -> bool:
        """Delete some events of each log; return whether there may be more.

        Raises StoreUnavailable.
        """
        until = now - self.keeps
        with self.store.read() as database:
            begun = select(stream.c.id, stream.c.connection, stream.c.resource)
            streams = database.execute(begun.where(stream.c.baseline_from < until)).all()
        more = [self._prune(each, until, now) for each in streams]
        return any(more)

    def _prune(self, own: Any, until: datetime, now: datetime) -> bool:
        with self.store.read() as database:
            old = self._old(database, own, until)
            waits = database.execute(
                select(event.c.id)
                .where(event.c.stream_id == own.id, event.c.seq.is_(None))
                .where(event.c.found_at < until)
                .limit(AT_ONCE)
            ).scalars()
            dead = [*waits]
        if not old and not dead:
            return False
        with self.store.write() as database:
            if not may_prune(database, own.id, until, now):
                return True  # it is being read
            database.execute(delete(event).where(event.c.id.in_(dead)))
            self._delete(database, own, old)
        return len(old) == AT_ONCE or len(dead) == AT_ONCE

    def _old(self, database: Database, own: Any, until: datetime) -> Sequence[Any]:
        """Find what is to be deleted, from the beginning of the log."""
        # The status of a transaction says nothing of that sort.
        is_open = _IS_OPEN if own.resource == Resource.RMAS else false()
        is_kept = or_(is_open, _IS_ON_ITS_WAY, _IS_OWED)
        found: list[Any] = []
        after = 0
        while len(found) < AT_ONCE:
            rows = database.execute(
                select(
                    event.c.id,
                    event.c.seq,
                    event.c.key,
                    event.c.snapshot_id,
                    event.c.recorded_at,
                    is_kept.label("is_kept"),
                )
                .join(stream, event.c.stream_id == stream.c.id)
                .where(event.c.stream_id == own.id, event.c.seq > after)
                .order_by(event.c.seq)
                .limit(LOOKED_AT if after else AT_ONCE)
            ).all()
            old = [row for row in rows if row.recorded_at < until]
            found += [row for row in old if not row.is_kept]
            if not rows or len(old) < len(rows):
                break
            after = rows[-1].seq
        return found[:AT_ONCE]

    def _delete(self, database: Database, own: Any, old: Sequence[Any]) -> None:
        if not old:
            return
        Told(self.store).keep(database, own.id, {row.key: row.seq for row in old})
        delete_events(database, own.id, old)
        last = max(row.seq for row in old)
        database.execute(
            update(sequence)
            .where(sequence.c.connection == own.connection, sequence.c.pruned_seq < last)
            .values(pruned_seq=last)
        )
        self._drop_sieves(database, own)

    def _drop_sieves(self, database: Database, own: Any) -> None:
        """Drop sieves that have noted nothing of what is left, such as those of older releases."""
        first = select(func.min(event.c.seq)).where(
            event.c.stream_id == own.id, event.c.seq.is_not(None)
        )
        is_behind = and_(sieve.c.stream_id == own.id, sieve.c.until < first.scalar_subquery())
        ids = select(sieve.c.id).where(is_behind)
        database.execute(delete(facet).where(facet.c.sieve_id.in_(ids)))
        database.execute(delete(sieve).where(is_behind))
