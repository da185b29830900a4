"""Reading the log: the published events of some streams, in the order of their recording."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, RowMapping, Select, bindparam, select, union_all

from connector.blocks import Event, Kind, Topic, Trigger
from connector.feed.streams.interests import topic_of
from connector.store import Store, Vault
from connector.store.tables import event, interest, sequence, snapshot, stream

CHUNK = 200
LAST = 2**63 - 1
MOST_STATEMENTS = 256


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

    def glance(self) -> AbstractContextManager[None]:
        """Let all that this thread reads in the block share one transaction; see `Store.glance`."""
        return self._store.glance()

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
        self,
        trigger: Trigger,
        streams: Sequence[int],
        *,
        before: int | None = None,
        expects: int = CHUNK,
    ) -> Iterator[Entry]:
        """Go through the trigger's events backwards, from the newest or from `before` a place.

        The caller `expects` to look at so many; if it goes on, more are read.
        """
        edge = LAST if before is None else before
        return self._go(trigger, streams, edge, expects, is_backwards=True)

    def oldest_first(
        self, trigger: Trigger, streams: Sequence[int], *, after: int, expects: int = CHUNK
    ) -> Iterator[Entry]:
        """Go through the trigger's events forwards, from `after` a place; see `newest_first`."""
        return self._go(trigger, streams, after, expects, is_backwards=False)

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
            return {(row.stream_id, topic_of(row)): row.ready_at for row in rows}

    def event(self, event_id: int) -> Event:
        """Open an event, by its number in the database."""
        with self._store.read() as database:
            row = database.execute(_OPENED.where(event.c.id == event_id)).mappings().one()
        return self._event(row)

    def _go(
        self,
        trigger: Trigger,
        streams: Sequence[int],
        edge: int,
        size: int,
        *,
        is_backwards: bool,
    ) -> Iterator[Entry]:
        if not streams:
            return
        named = {f"stream_{number}": each for number, each in enumerate(streams)}
        places = places_of(
            self._store.engine.dialect.name,
            trigger.takes,
            trigger.status,
            len(streams),
            is_backwards=is_backwards,
        )
        while True:
            rows = self._at(places, {**named, "edge": edge, "size": size})
            yield from map(self._entry, rows)
            if len(rows) < size:
                return
            edge, size = rows[-1]["seq"], CHUNK

    def _at(self, places: Select[Any], given: dict[str, int]) -> Sequence[RowMapping]:
        """Read the events at these places, in their order."""
        with self._store.read() as database:
            found = database.execute(places, given).all()
            if not found:
                return []
            rows = database.execute(_BY_ID, {"ids": [each.id for each in found]}).mappings()
            by_seq = {row["seq"]: row for row in rows}
        return [by_seq[each.seq] for each in found]

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
            dated_by=row["dated_by"],
            days=row["days"],
            since=row["since"],
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
        event.c.dated_by,
        event.c.days,
        event.c.since,
        event.c.recorded_at,
        stream.c.shop,
        snapshot.c.body,
    )
    .join(stream, event.c.stream_id == stream.c.id)
    .join(snapshot, event.c.snapshot_id == snapshot.c.id)
)


_BY_ID = _OPENED.where(event.c.id.in_(bindparam("ids", expanding=True)))


@lru_cache(maxsize=MOST_STATEMENTS)
def places_of(
    dialect: str, kind: Kind, status: str | None, streams: int, *, is_backwards: bool
) -> Select[Any]:
    """Make the statement that finds the next places of some streams' events of a kind.

    Each stream is a range of an index, and the ranges are merged: neither database sorts for it,
    as both do for `IN (…) ORDER BY seq`.
    """
    size = bindparam("size", type_=Integer)
    edge = bindparam("edge", type_=event.c.seq.type)
    ranges = []
    for number in range(streams):
        own = (
            select(event.c.seq, event.c.id)
            .where(event.c.stream_id == bindparam(f"stream_{number}"), event.c.kind == kind)
            .where(event.c.seq < edge if is_backwards else event.c.seq > edge)
        )
        if status is not None:
            own = own.where(event.c.status == status)
        if dialect == "postgresql":
            # It walks the index for a range that is ordered and limited; SQLite would sort that.
            own = select(
                own.order_by(event.c.seq.desc() if is_backwards else event.c.seq)
                .limit(size)
                .subquery()
            )
        ranges.append(own)
    merged = union_all(*ranges).subquery()
    order = merged.c.seq.desc() if is_backwards else merged.c.seq
    return select(merged.c.seq, merged.c.id).order_by(order).limit(size)
