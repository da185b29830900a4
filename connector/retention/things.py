"""Things: of RMAs and transactions that ended long ago, a trace is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import and_, delete, exists, or_, select

from connector.blocks import Resource
from connector.feed import Traces, from_row
from connector.retention.pruned import may_prune
from connector.store import Store
from connector.store.tables import event, part, stream, thing
from schemas.words import OPEN_RMA_STATUSES

AT_ONCE = 200


@dataclass(frozen=True)
class Things:
    """Turns what nothing has happened to for longer than `keeps` into traces.

    But not an RMA that is still open, nor what is to be read, or what events are shown of.
    """

    store: Store
    keeps: timedelta

    def run(self, now: datetime) -> bool:
        """Do so with some of each shop; return whether there may be more.

        Raises StoreUnavailable.
        """
        until = now - self.keeps
        with self.store.read() as database:
            begun = select(stream).where(stream.c.baseline_from < until)
            streams = database.execute(begun).all()
        more = [self._prune(each, until, now) for each in streams]
        return any(more)

    def _prune(self, own: Any, until: datetime, now: datetime) -> bool:
        with self.store.read() as database:
            rows = database.execute(self._ended(own, until)).mappings().all()
        if not rows:
            return False
        ended = [from_row(row) for row in rows]
        ids = [each.resource_id for each in ended]
        with self.store.write() as database:
            if not may_prune(database, own.id, until, now):
                return True  # it is being read
            Traces(self.store).keep(database, own.id, ended)
            database.execute(
                delete(thing).where(thing.c.stream_id == own.id, thing.c.resource_id.in_(ids))
            )
            if own.resource == Resource.RMAS:
                self._forget_parts(database, own, ids)
        return len(rows) == AT_ONCE

    def _ended(self, own: Any, until: datetime) -> Any:
        is_old = and_(
            *(
                or_(column.is_(None), column < until)
                for column in (thing.c.listed_at, thing.c.status_since, thing.c.updated_at)
            )
        )
        of_events = exists().where(
            event.c.stream_id == thing.c.stream_id, event.c.resource_id == thing.c.resource_id
        )
        ended = select(thing).where(
            thing.c.stream_id == own.id, thing.c.due_at.is_(None), is_old, ~of_events
        )
        if own.resource == Resource.RMAS:
            ended = ended.where(thing.c.status.not_in(OPEN_RMA_STATUSES))
        return ended.order_by(thing.c.listed_at).limit(AT_ONCE)

    def _forget_parts(self, database: Database, own: Any, rma_ids: list[str]) -> None:
        database.execute(
            delete(part).where(
                part.c.connection == own.connection,
                part.c.shop == own.shop,
                part.c.rma_id.in_(rma_ids),
            )
        )
