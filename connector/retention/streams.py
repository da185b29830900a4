"""Streams that are no longer asked for are deleted whole."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, or_, select, update
from sqlalchemy import Connection as Database

from connector.connections import BROUGHT
from connector.feed import delete_events
from connector.store import Store
from connector.store.tables import (
    backfill,
    backlog,
    delivery,
    event,
    facet,
    fanout,
    interest,
    part,
    sieve,
    stream,
    subscription,
    thing,
    told,
    trace,
)
from connector.verification import KNOWN_FOR

AT_ONCE = 500
_HAS_DELIVERIES = exists().where(
    event.c.stream_id == stream.c.id, delivery.c.event_id == event.c.id
)
_IS_BROUGHT = stream.c.connection.startswith(BROUGHT)
_HAS_HOOKS = exists().where(
    subscription.c.connection == stream.c.connection, subscription.c.ended_at.is_(None)
)
# What belongs to a stream, by the column that orders it; what refers to something comes before it.
OWN: tuple[tuple[Table, ColumnElement[Any]], ...] = (
    (thing, thing.c.resource_id),
    (trace, trace.c.resource_id),
    (told, told.c.digest),
)


@dataclass(frozen=True)
class Streams:
    """Deletes streams that no client has asked for in `keeps`, with all that is known by them.

    Of a key that a caller brings, those that it has not asked for as long as a key is known. A
    client that comes back begins as at a first contact.
    """

    store: Store
    keeps: timedelta

    def run(self, now: datetime) -> bool:
        """Delete some of it; return whether there may be more. Raises StoreUnavailable."""
        unused = (
            select(stream)
            .where(or_(_unasked(now - self.keeps), _IS_BROUGHT & _unasked(now - KNOWN_FOR)))
            .where(or_(stream.c.lease_until.is_(None), stream.c.lease_until <= now))
            .where(~_HAS_DELIVERIES, ~_HAS_HOOKS)
            .limit(1)
        )
        with self.store.write() as database:
            own = database.execute(unused).first()
            if own is None:
                return False
            # For a client that comes back in the middle of it: nothing of before is news.
            database.execute(update(stream).where(stream.c.id == own.id).values(pruned_until=now))
            if not self._delete_some(database, own.id):
                self._delete_stream(database, own)
        return True

    def _delete_some(self, database: Database, stream_id: int) -> bool:
        """Delete some of what belongs to a stream; return whether there was any."""
        rows = database.execute(
            select(event.c.id, event.c.seq, event.c.snapshot_id)
            .where(event.c.stream_id == stream_id)
            .limit(AT_ONCE)
        ).all()
        if rows:
            delete_events(database, stream_id, rows)
            return True
        jobs = select(backfill.c.id).where(backfill.c.stream_id == stream_id)
        for table, column, which in (
            *((table, column, table.c.stream_id == stream_id) for table, column in OWN),
            (backlog, backlog.c.resource_id, backlog.c.backfill_id.in_(jobs)),
        ):
            some = select(column).where(which).limit(AT_ONCE)
            if database.execute(delete(table).where(which, column.in_(some))).rowcount:
                return True
        return False

    def _delete_stream(self, database: Database, own: Any) -> None:
        sieves = select(sieve.c.id).where(sieve.c.stream_id == own.id)
        database.execute(delete(facet).where(facet.c.sieve_id.in_(sieves)))
        for table in (sieve, backfill, interest):
            database.execute(delete(table).where(table.c.stream_id == own.id))
        database.execute(delete(stream).where(stream.c.id == own.id))
        of_shop = (part.c.connection == own.connection, part.c.shop == own.shop)
        is_used = exists().where(
            stream.c.connection == part.c.connection, stream.c.shop == part.c.shop
        )
        database.execute(delete(part).where(*of_shop, ~is_used))
        # Not `sequence`: a place in a log that begins anew would be that of another event.
        is_read = exists().where(stream.c.connection == fanout.c.connection)
        database.execute(delete(fanout).where(fanout.c.connection == own.connection, ~is_read))


def _unasked(until: datetime) -> ColumnElement[bool]:
    return and_(stream.c.asked_at < until, stream.c.baseline_from < until)
