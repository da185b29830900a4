"""Recording what changed: insert what is absent, number what is complete, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy import Connection as Database

from connector.feed.changes import Change, Known, Row, status_of
from connector.feed.sources import SOURCES
from connector.feed.streams import Stream
from connector.store import Store, Vault
from connector.store.tables import event, known, sequence, snapshot
from schemas.reading import read_moment

log = structlog.get_logger()


class Recorder:
    """Writes to the log. Every method works within the caller's transaction."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def record_rows(
        self, database: Database, stream: Stream, rows: Sequence[Row], now: datetime
    ) -> None:
        """Record what the rows of one page tell; what was recorded before stays as it is.

        What happened before the stream's baseline is no event. What a row does not tell whole waits
        for its details.
        """
        source = SOURCES[stream.resource]
        by_id = {source.resource_id(row): row for row in rows}
        if by_id.pop(None, None) is not None:
            log.warning("feed.row_without_id", shop=stream.shop, resource=stream.resource)
        things = {str(resource_id): row for resource_id, row in by_id.items()}
        seen = self._known(database, stream, things)
        for resource_id, row in things.items():
            for change in source.changes(resource_id, row, seen.get(resource_id)):
                if change.occurred_at is None or change.occurred_at >= stream.baseline_from:
                    event_id = self._insert(database, stream, resource_id, change, now)
                    if event_id is not None and source.details is None:
                        self._let_out(database, stream, {event_id: change.occurred_at}, row, now)
            if seen.get(resource_id) != Known(status_of(row)):
                self._remember(database, stream, resource_id, status_of(row))

    def record_details(
        self, database: Database, stream: Stream, resource_id: str, details: Row, now: datetime
    ) -> None:
        """Complete the waiting events of one thing with its `details`, and let them out."""
        made_at = read_moment(details.get(SOURCES[stream.resource].made_at_key))
        waiting = {
            event_id: occurred_at or made_at
            for event_id, occurred_at in database.execute(
                select(event.c.id, event.c.occurred_at)
                .where(*_waiting(stream, resource_id))
                .order_by(event.c.id)
            )
        }
        early = [
            event_id
            for event_id, occurred_at in waiting.items()
            if occurred_at is not None and occurred_at < stream.baseline_from
        ]
        database.execute(delete(event).where(event.c.id.in_(early)))
        self._let_out(
            database,
            stream,
            {each: when for each, when in waiting.items() if each not in early},
            details,
            now,
        )

    def postpone(
        self, database: Database, stream: Stream, resource_id: str, until: datetime
    ) -> None:
        """Let the waiting events of one thing wait longer for its details."""
        database.execute(
            update(event)
            .where(*_waiting(stream, resource_id))
            .values(details_tries=event.c.details_tries + 1, details_due_at=until)
        )

    def give_up(self, database: Database, stream: Stream, resource_id: str) -> None:
        """Drop the waiting events of a thing that ReturnGO does not show."""
        dropped = database.execute(delete(event).where(*_waiting(stream, resource_id)))
        # Should it be listed again, it is seen for the first time.
        database.execute(
            delete(known).where(known.c.stream_id == stream.id, known.c.resource_id == resource_id)
        )
        log.error(
            "feed.gave_up", shop=stream.shop, resource_id=resource_id, events=dropped.rowcount
        )

    def _known(
        self, database: Database, stream: Stream, resource_ids: Iterable[str]
    ) -> dict[str, Known]:
        found = database.execute(
            select(known.c.resource_id, known.c.status)
            .where(known.c.stream_id == stream.id)
            .where(known.c.resource_id.in_(list(resource_ids)))
        )
        return {resource_id: Known(status) for resource_id, status in found}

    def _remember(
        self, database: Database, stream: Stream, resource_id: str, status: str | None
    ) -> None:
        database.execute(
            self._store.insert(known)
            .values(stream_id=stream.id, resource_id=resource_id, status=status)
            .on_conflict_do_update(
                index_elements=["stream_id", "resource_id"], set_={"status": status}
            )
        )

    def _insert(
        self, database: Database, stream: Stream, resource_id: str, change: Change, now: datetime
    ) -> int | None:
        return database.execute(
            self._store.insert(event)
            .values(
                stream_id=stream.id,
                key=change.key,
                kind=change.kind,
                resource_id=resource_id,
                status=change.status,
                occurred_at=change.occurred_at,
                found_at=now,
                details_tries=0,
                details_due_at=now,
            )
            .on_conflict_do_nothing()
            .returning(event.c.id)
        ).scalar()

    def _let_out(
        self,
        database: Database,
        stream: Stream,
        events: dict[int, datetime | None],
        body: Row,
        now: datetime,
    ) -> None:
        """Give events their place in the log. From here on triggers show them."""
        if not events:
            return
        snapshot_id = database.execute(
            snapshot.insert().values(body=self._vault.seal(body)).returning(snapshot.c.id)
        ).scalar_one()
        seq = self._last_seq(database, stream.connection, len(events)) - len(events)
        for event_id, occurred_at in events.items():
            seq += 1
            database.execute(
                update(event)
                .where(event.c.id == event_id)
                .values(seq=seq, recorded_at=now, occurred_at=occurred_at, snapshot_id=snapshot_id)
            )

    def _last_seq(self, database: Database, connection: str, count: int) -> int:
        """Draw `count` numbers. The row's lock makes them commit in the order of their drawing."""
        last = database.execute(
            self._store.insert(sequence)
            .values(connection=connection, last_seq=count)
            .on_conflict_do_update(
                index_elements=["connection"], set_={"last_seq": sequence.c.last_seq + count}
            )
            .returning(sequence.c.last_seq)
        )
        return int(last.scalar_one())


def _waiting(stream: Stream, resource_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        event.c.stream_id == stream.id,
        event.c.resource_id == resource_id,
        event.c.seq.is_(None),
    )
