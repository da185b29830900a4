"""Recording what changed: insert what is absent, number what is complete, in one transaction."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy import Connection as Database

from connector.blocks import Kind
from connector.feed.changes import Change
from connector.feed.numbering import draw
from connector.feed.streams import Stream
from connector.store import Store, Vault
from connector.store.tables import event, snapshot

MOST_REPEATS = 1000

log = structlog.get_logger()


class Recorder:
    """Writes to the log. Every method works within the caller's transaction."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def record(
        self,
        database: Database,
        stream: Stream,
        resource_id: str,
        changes: Iterable[Change],
        now: datetime,
    ) -> list[Change]:
        """Record what happened to a thing, and answer what of it is news.

        What was recorded before stays as it is. The events wait until they are let out.
        """
        return [each for each in changes if self._insert(database, stream, resource_id, each, now)]

    def let_out(
        self,
        database: Database,
        stream: Stream,
        resource_id: str,
        body: Any,
        now: datetime,
        *,
        made_at: datetime | None = None,
    ) -> None:
        """Give the waiting events of a thing their place in the log, with `body` as it is now.

        From here on triggers show them. `made_at` is when the thing was made, if that was not known
        before; if it lies before the baseline, that is no event.
        """
        waiting = database.execute(
            select(event.c.id, event.c.kind, event.c.occurred_at)
            .where(*_waiting(stream, resource_id))
            .order_by(event.c.id)
        ).all()
        times = {
            event_id: occurred_at or (made_at if kind == Kind.RMA_CREATED else None)
            for event_id, kind, occurred_at in waiting
        }
        early = [
            event_id
            for event_id, occurred_at in times.items()
            if occurred_at is not None and occurred_at < stream.baseline_from
        ]
        database.execute(delete(event).where(event.c.id.in_(early)))
        self._number(
            database,
            stream,
            {event_id: when for event_id, when in times.items() if event_id not in early},
            body,
            now,
        )

    def drop(self, database: Database, stream: Stream, resource_id: str) -> None:
        """Drop the waiting events of a thing that ReturnGO does not show."""
        dropped = database.execute(delete(event).where(*_waiting(stream, resource_id)))
        log.error(
            "feed.gave_up", shop=stream.shop, resource_id=resource_id, events=dropped.rowcount
        )

    def drop_unwanted(
        self, database: Database, stream: Stream, kinds: Iterable[Kind], until: datetime
    ) -> None:
        """Drop what waits since before `until` and is of none of the wanted `kinds`."""
        database.execute(
            delete(event)
            .where(event.c.stream_id == stream.id, event.c.seq.is_(None))
            .where(event.c.found_at < until, event.c.kind.not_in(list(kinds)))
        )

    def waiting(self, stream: Stream, kinds: Iterable[Kind]) -> set[str]:
        """Name the things for whose details events of these kinds wait."""
        with self._store.read() as database:
            return set(
                database.execute(
                    select(event.c.resource_id).where(
                        event.c.stream_id == stream.id,
                        event.c.seq.is_(None),
                        event.c.kind.in_(list(kinds)),
                    )
                ).scalars()
            )

    def _insert(
        self, database: Database, stream: Stream, resource_id: str, change: Change, now: datetime
    ) -> bool:
        if change.alias is not None and _exists(database, stream, change.alias):
            return False
        for key in _keys(change):
            inserted = database.execute(
                self._store.insert(event)
                .values(
                    stream_id=stream.id,
                    key=key,
                    kind=change.kind,
                    resource_id=resource_id,
                    part=change.part,
                    status=change.status,
                    previous=change.previous,
                    occurred_at=change.occurred_at,
                    found_at=now,
                )
                .on_conflict_do_nothing()
                .returning(event.c.id)
            )
            if inserted.first() is not None:
                return True
        return False

    def _number(
        self,
        database: Database,
        stream: Stream,
        events: dict[int, datetime | None],
        body: Any,
        now: datetime,
    ) -> None:
        if not events:
            return
        snapshot_id = database.execute(
            snapshot.insert().values(body=self._vault.seal(body)).returning(snapshot.c.id)
        ).scalar_one()
        drawn = draw(self._store, database, stream.connection, len(events), now)
        seq = drawn.last - len(events)
        for event_id, occurred_at in events.items():
            seq += 1
            database.execute(
                update(event)
                .where(event.c.id == event_id)
                .values(
                    seq=seq,
                    recorded_at=drawn.at,
                    occurred_at=occurred_at,
                    snapshot_id=snapshot_id,
                )
            )


def _keys(change: Change) -> Iterator[str]:
    yield change.key
    if change.may_repeat:
        yield from (f"{change.key}:{number}" for number in range(2, MOST_REPEATS))


def _exists(database: Database, stream: Stream, key: str) -> bool:
    found = select(event.c.id).where(event.c.stream_id == stream.id, event.c.key == key)
    return database.execute(found).first() is not None


def _waiting(stream: Stream, resource_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        event.c.stream_id == stream.id,
        event.c.resource_id == resource_id,
        event.c.seq.is_(None),
    )
