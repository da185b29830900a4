"""Reading the log: the published events of some streams, in the order of their recording."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, select

from connector.blocks import Event, Kind, Trigger
from connector.store import Store, Vault
from connector.store.tables import event, snapshot, stream

CHUNK = 200


@dataclass(frozen=True)
class Entry:
    """An event at its place in the log."""

    seq: int
    event: Event


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

    def _chunk(self, query: Select[Any]) -> Sequence[RowMapping]:
        with self._store.read() as database:
            return database.execute(query.limit(CHUNK)).mappings().all()

    def _entry(self, row: RowMapping) -> Entry:
        return Entry(
            seq=row["seq"],
            event=Event(
                id=row["key"],
                kind=Kind(row["kind"]),
                shop=row["shop"],
                occurred_at=row["occurred_at"],
                recorded_at=row["recorded_at"],
                body=self._vault.open(row["body"]),
                status=row["status"],
                previous=row["previous"],
                part=row["part"],
            ),
        )


def _of(trigger: Trigger, streams: Sequence[int]) -> Select[Any]:
    query = (
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
        .where(event.c.stream_id.in_(streams))
        .where(event.c.kind == trigger.takes, event.c.seq.is_not(None))
    )
    return query if trigger.status is None else query.where(event.c.status == trigger.status)
