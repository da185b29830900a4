"""Reading the log: the published events of some streams, in the order of their recording."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select

from connector.blocks import Event, Kind, Topic, Trigger
from connector.store import Store, Vault
from connector.store.tables import event, interest, sequence, snapshot, stream

CHUNK = 200


@dataclass(frozen=True)
class Entry:
    """An event at its place in the log."""

    seq: int
    event: Event


@dataclass(frozen=True, kw_only=True)
class Record:
    """An event at its place in the log, unopened. `id` is its number in the database."""

    id: int
    seq: int
    stream_id: int
    key: str
    kind: Kind
    status: str | None
    shop: str
    occurred_at: datetime | None
    recorded_at: datetime


class Log:
    """Looks events up; it never writes."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def place(self, connection: str, event_id: str) -> int | None:
        """Find the place of an event in a connection's log, or None if it is not there."""
        with self._store.read() as database:
            return database.execute(
                select(event.c.seq)
                .join(stream)
                .where(stream.c.connection == connection)
                .where(event.c.key == event_id, event.c.seq.is_not(None))
                .order_by(event.c.seq.desc())
                .limit(1)
            ).scalar()

    def last_place(self, connection: str) -> int:
        """Name the place of the newest event in a connection's log; 0 if there is none yet."""
        with self._store.read() as database:
            last = database.execute(
                select(sequence.c.last_seq).where(sequence.c.connection == connection)
            ).scalar()
        return last or 0

    def newest_first(
        self, trigger: Trigger, streams: Sequence[int], *, before: int | None = None
    ) -> Iterator[Entry]:
        """Go through the trigger's events backwards, from the newest or from `before` a place."""
        while True:
            query = _of(trigger, streams).order_by(event.c.seq.desc())
            rows = self._chunk(query if before is None else query.where(event.c.seq < before))
            yield from map(self._entry, rows)
            if len(rows) < CHUNK:
                return
            before = rows[-1]["seq"]

    def oldest_first(
        self, trigger: Trigger, streams: Sequence[int], *, after: int
    ) -> Iterator[Entry]:
        """Go through the trigger's events forwards, from `after` a place."""
        while True:
            query = _of(trigger, streams).order_by(event.c.seq)
            rows = self._chunk(query.where(event.c.seq > after))
            yield from map(self._entry, rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1]["seq"]

    def walk(self, connection: str, *, after: int, until: int, most: int) -> list[Record]:
        """List what stands behind one place of a connection's log, up to another, oldest first."""
        ours = select(stream.c.id).where(stream.c.connection == connection)
        columns = [event.c[each] for each in Record.__dataclass_fields__ if each != "shop"]
        with self._store.read() as database:
            rows = database.execute(
                select(*columns, stream.c.shop)
                .join(stream)
                .where(event.c.stream_id.in_(ours), event.c.seq > after, event.c.seq <= until)
                .order_by(event.c.seq)
                .limit(most)
            )
            return [Record(**{**row, "kind": Kind(row["kind"])}) for row in rows.mappings()]

    def ready_times(self, streams: Iterable[int]) -> dict[tuple[int, Topic], datetime | None]:
        """Answer when the first reading of each topic of these streams ended, if it has."""
        with self._store.read() as database:
            rows = database.execute(select(interest).where(interest.c.stream_id.in_(list(streams))))
            return {
                (row.stream_id, Topic(Kind(row.kind), row.status or None)): row.ready_at
                for row in rows
            }

    def event(self, event_id: int) -> Event:
        """Open an event, by its number in the database."""
        with self._store.read() as database:
            row = database.execute(_OPENED.where(event.c.id == event_id)).mappings().one()
        return self._event(row)

    def _chunk(self, query: Select[Any]) -> Sequence[RowMapping]:
        with self._store.read() as database:
            return database.execute(query.limit(CHUNK)).mappings().all()

    def _entry(self, row: RowMapping) -> Entry:
        return Entry(seq=row["seq"], event=self._event(row))

    def _event(self, row: RowMapping) -> Event:
        return Event(
            id=row["key"],
            kind=Kind(row["kind"]),
            shop=row["shop"],
            occurred_at=row["occurred_at"],
            recorded_at=row["recorded_at"],
            body=self._vault.open(row["body"]),
            status=row["status"],
            previous=row["previous"],
            part=row["part"],
        )


_OPENED = (
    select(
        event.c.seq,
        event.c.key,
        event.c.kind,
        event.c.part,
        event.c.status,
        event.c.previous,
        event.c.occurred_at,
        event.c.recorded_at,
        stream.c.shop,
        snapshot.c.body,
    )
    .join(stream, event.c.stream_id == stream.c.id)
    .join(snapshot, event.c.snapshot_id == snapshot.c.id)
)


def _of(trigger: Trigger, streams: Sequence[int]) -> Select[Any]:
    query = _OPENED.where(event.c.stream_id.in_(streams)).where(
        event.c.kind == trigger.takes, event.c.seq.is_not(None)
    )
    return query if trigger.status is None else query.where(event.c.status == trigger.status)
