"""Things: how each was last seen, and when its details are to be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import simplejson
from sqlalchemy import ColumnElement, RowMapping, delete, exists, func, select, update
from sqlalchemy import Connection as Database

from connector.feed.interests import Wanted
from connector.feed.parts import Memory
from connector.feed.streams import Stream
from connector.store import Store
from connector.store.tables import event, thing
from schemas.words import OPEN_RMA_STATUSES, RMA_STATUSES

CLOSED = tuple(each for each in RMA_STATUSES if each not in OPEN_RMA_STATUSES)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A thing as it was last seen.

    `moves` counts the changes of its status that ReturnGO has named. `listed_at` is when a window
    of updates last held it, `updated_at` the time of its last update, where its details told it.
    It is `failing_since` it cannot be read, `unknown_since` ReturnGO knows nothing of it. Its parts
    are followed from `watched_from` on; `shipments` is what was remembered of them.
    """

    resource_id: str
    status: str | None = None
    moves: int = 0
    listed_at: datetime | None = None
    updated_at: datetime | None = None
    due_at: datetime | None = None
    tries: int = 0
    failing_since: datetime | None = None
    unknown_since: datetime | None = None
    watched_from: datetime | None = None
    shipments: Memory | None = None

    @property
    def has_moved(self) -> bool:
        """Tell whether it is to be read because a list has shown that it moved."""
        return self.due_at is not None and self.due_at == self.listed_at

    @property
    def is_quiet(self) -> bool:
        """Tell whether nobody follows it, nor is it to be read."""
        return self.watched_from is None and self.due_at is None

    @property
    def is_open(self) -> bool:
        """Tell whether more is to happen to it."""
        return self.status not in CLOSED


class Things:
    """Remembers things. What writes works within the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self, database: Database, stream: Stream, ids: Iterable[str]) -> dict[str, Thing]:
        """Find those that were seen before."""
        found = database.execute(
            select(thing).where(thing.c.stream_id == stream.id, thing.c.resource_id.in_(list(ids)))
        )
        return {each.resource_id: each for each in map(_thing, found.mappings())}

    def remember(self, database: Database, stream: Stream, seen: Thing) -> None:
        """Keep a thing as it was seen."""
        shipments = None if seen.shipments is None else simplejson.dumps(seen.shipments)
        values = {**vars(seen), "shipments": shipments}
        database.execute(
            self._store.insert(thing)
            .values(stream_id=stream.id, **values)
            .on_conflict_do_update(index_elements=["stream_id", "resource_id"], set_=values)
        )

    def forget(self, database: Database, stream: Stream, resource_id: str) -> None:
        """Forget a thing: should it be listed again, it is seen for the first time."""
        database.execute(
            delete(thing).where(thing.c.stream_id == stream.id, thing.c.resource_id == resource_id)
        )

    def call_up(
        self,
        database: Database,
        stream: Stream,
        wanted: Wanted,
        now: datetime,
    ) -> None:
        """Let be read what wanted events wait for, and what is to be followed from now on."""
        waiting = select(event.c.resource_id).where(
            event.c.stream_id == stream.id,
            event.c.seq.is_(None),
            event.c.kind.in_(wanted.kinds),
        )
        reasons: list[tuple[ColumnElement[bool], ...]] = [(thing.c.resource_id.in_(waiting),)]
        if wanted.watched_from is not None:
            is_recent = thing.c.listed_at >= wanted.watched_from
            reasons.append((thing.c.watched_from.is_(None), is_recent))
        for reason in reasons:
            database.execute(
                update(thing)
                .where(thing.c.stream_id == stream.id, thing.c.due_at.is_(None), *reason)
                .values(due_at=now)
            )

    def due(self, stream: Stream, now: datetime) -> list[Thing]:
        """List what is to be read now: first what events wait for, last what failed before."""
        with self._store.read() as database:
            rows = database.execute(
                select(thing)
                .where(thing.c.stream_id == stream.id, thing.c.due_at <= now)
                .order_by(
                    thing.c.tries,
                    has_waiting().desc(),
                    thing.c.due_at,
                    func.length(thing.c.resource_id),
                    thing.c.resource_id,
                )
            )
            return [_thing(row) for row in rows.mappings()]

    def with_shipment(self, stream: Stream, shipment_id: str) -> str | None:
        """Find the RMA among whose remembered shipments there is this one, or None."""
        key = simplejson.dumps({shipment_id: ""})[1:-3]  # as it stands in what is remembered
        with self._store.read() as database:
            found: str | None = database.execute(
                select(thing.c.resource_id)
                .where(thing.c.stream_id == stream.id)
                .where(thing.c.shipments.contains(key, autoescape=True))
            ).scalar()
        return found

    def hasten(self, database: Database, stream: Stream, until: datetime) -> None:
        """Let what is watched be read again by `until` at the latest."""
        database.execute(
            update(thing)
            .where(thing.c.stream_id == stream.id, thing.c.due_at > until)
            .where(thing.c.watched_from.is_not(None), thing.c.tries == 0)
            .values(due_at=until)
        )

    def postponed_until(self, stream: Stream, *, tries: int) -> datetime | None:
        """Answer when the next is tried again of those that failed less than `tries` times."""
        with self._store.read() as database:
            due_at: datetime | None = database.execute(
                select(func.min(thing.c.due_at))
                .where(thing.c.stream_id == stream.id)
                .where(thing.c.tries > 0, thing.c.tries < tries)
            ).scalar_one()
        return due_at


def has_waiting() -> ColumnElement[bool]:
    """Choose the things for whose details events wait."""
    return exists().where(
        event.c.stream_id == thing.c.stream_id,
        event.c.resource_id == thing.c.resource_id,
        event.c.seq.is_(None),
    )


def _thing(row: RowMapping) -> Thing:
    values = {name: row[name] for name in Thing.__dataclass_fields__}
    if values["shipments"] is not None:
        values["shipments"] = simplejson.loads(values["shipments"])
    return Thing(**values)
