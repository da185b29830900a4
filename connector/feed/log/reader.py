"""Reading the log: the published events of some streams, in the order of their recording."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    RowMapping,
    Select,
    bindparam,
    select,
    union_all,
)

from connector.blocks import Event, Kind, Topic, Trigger
from connector.feed.log.entries import WHOLE, Entry, Record, open_event
from connector.feed.log.facets import having, until_of
from connector.feed.log.sieve import Sieves
from connector.feed.log.told import Told
from connector.feed.streams.interests import topic_of
from connector.store import Store, Vault
from connector.store.tables import event, interest, sequence, stream

CHUNK_EVENTS = 200
EDGE: BindParameter[int] = bindparam("edge", type_=event.c.seq.type)
LAST = 2**63 - 1
MOST_STATEMENTS = 256


ENDS = select(sequence.c.pruned_seq, sequence.c.last_seq).where(
    sequence.c.connection == bindparam("connection")
)


@dataclass(frozen=True)
class Span:
    """Behind the place `pruned` no event is deleted; the newest is at the place `last`."""

    pruned: int
    last: int


class Log:
    """Looks events up; it never writes."""

    def __init__(self, store: Store, vault: Vault, sieves: Sieves | None = None) -> None:
        """Read a log; `sieves` know what filters let through, where they are given."""
        self._store = store
        self._vault = vault
        self._sieves = sieves
        self._told = Told(store)

    def glance(self) -> AbstractContextManager[None]:
        """Let all that this thread reads in the block share one transaction; see `Store.glance`."""
        return self._store.glance()

    def place(self, connection: str, event_id: str) -> int | None:
        """Find the place of an event in a connection's log, or None if it never was there.

        A deleted event keeps its place.
        """
        with self._store.read() as database:
            place = database.execute(
                select(event.c.seq)
                .join(stream)
                .where(stream.c.connection == connection)
                .where(event.c.key == event_id, event.c.seq.is_not(None))
                .order_by(event.c.seq.desc())
                .limit(1)
            ).scalar()
            return self._told.place(database, connection, event_id) if place is None else place

    def last_place(self, connection: str) -> int:
        """Return the place of the newest event in a connection's log; 0 if there is none yet."""
        return self.span(connection).last

    def span(self, connection: str) -> "Span":
        """Return how far a connection's log reaches."""
        with self._store.read() as database:
            row = database.execute(ENDS, {"connection": connection}).first()
        return Span(0, 0) if row is None else Span(*row)

    def newest_first(
        self,
        trigger: Trigger,
        streams: Sequence[int],
        filters: Mapping[str, Any] | None = None,
        *,
        before: int | None = None,
        expects: int = CHUNK_EVENTS,
    ) -> Iterator[Entry]:
        """Go through the trigger's events backwards, from the newest or from `before` a place.

        The caller `expects` to look at so many; if it goes on, more are read. What `filters` would
        not let through may be left out, as far as that is known.
        """
        edge = LAST if before is None else before
        return self._go(trigger, streams, filters, edge, expects, is_backwards=True)

    def oldest_first(
        self,
        trigger: Trigger,
        streams: Sequence[int],
        filters: Mapping[str, Any] | None = None,
        *,
        after: int,
        expects: int = CHUNK_EVENTS,
    ) -> Iterator[Entry]:
        """Go through the trigger's events forwards, from `after` a place; see `newest_first`."""
        return self._go(trigger, streams, filters, after, expects, is_backwards=False)

    def between(self, connection: str, *, after: int, until: int, most: int) -> list[Record]:
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
        """Return when the first reading of each topic of these streams ended, if it has."""
        with self._store.read() as database:
            rows = database.execute(select(interest).where(interest.c.stream_id.in_(list(streams))))
            return {(row.stream_id, topic_of(row)): row.ready_at for row in rows}

    def event(self, event_id: int) -> Event:
        """Open an event, by its number in the database."""
        with self._store.read() as database:
            row = database.execute(WHOLE.where(event.c.id == event_id)).mappings().one()
        return open_event(self._vault, row)

    def _go(
        self,
        trigger: Trigger,
        streams: Sequence[int],
        filters: Mapping[str, Any] | None,
        edge: int,
        size: int,
        *,
        is_backwards: bool,
    ) -> Iterator[Entry]:
        if not streams:
            return
        sifted = None
        if self._sieves is not None and filters is not None:
            sifted = self._sieves.sift(trigger, streams, filters)
        given = {} if sifted is None else sifted.given
        places = places_of(
            self._store.engine.dialect.name,
            trigger.takes,
            trigger.status,
            len(streams),
            is_backwards=is_backwards,
            groups=() if sifted is None else sifted.groups,
        )
        named = {**given, **{f"stream_{number}": each for number, each in enumerate(streams)}}
        while True:
            found, rows = self._at(places, {**named, "edge": edge, "size": size})
            for row in rows:
                if sifted is not None:
                    sifted.meet(row["stream_id"], row["seq"])
                yield Entry(row, self._vault)
            if len(found) < size:
                return
            edge, size = found[-1], CHUNK_EVENTS

    def _at(
        self, places: Select[Any], given: dict[str, int]
    ) -> tuple[Sequence[int], Sequence[RowMapping]]:
        """Find the next places, and read the events there, each once, both in their order.

        What is deleted meanwhile is left out.
        """
        with self._store.read() as database:
            found = database.execute(places, given).all()
            if not found:
                return [], []
            rows = database.execute(_BY_ID, {"ids": [each.id for each in found]}).mappings()
            by_seq = {row["seq"]: row for row in rows}
        places_found = [each.seq for each in found]
        return places_found, [by_seq[seq] for seq in dict.fromkeys(places_found) if seq in by_seq]


_BY_ID = WHOLE.where(event.c.id.in_(bindparam("ids", expanding=True)))


@lru_cache(maxsize=MOST_STATEMENTS)
def places_of(
    dialect: str,
    kind: Kind,
    status: str | None,
    streams: int,
    *,
    is_backwards: bool,
    groups: tuple[int, ...] = (),
) -> Select[Any]:
    """Make the statement that finds the next places of some streams' events of a kind.

    With `groups` of facets, it leaves out what a sieve has looked through and has not one of each.
    Each stream is a range of an index, and one more for each facet of the first group; the ranges
    are merged: neither database sorts for it, as both do for `IN (…) ORDER BY seq`. What has
    several of these facets is found as often.
    """
    size = bindparam("size", type_=Integer)

    def in_order(own: Select[Any], seq: ColumnElement[int]) -> Select[Any]:
        own = own.where(seq < EDGE if is_backwards else seq > EDGE)
        if dialect == "postgresql":
            # It walks the index for a range that is ordered and limited; SQLite would sort that.
            return select(own.order_by(seq.desc() if is_backwards else seq).limit(size).subquery())
        return own

    ranges = []
    for number in range(streams):
        own = select(event.c.seq, event.c.id).where(
            event.c.stream_id == bindparam(f"stream_{number}"), event.c.kind == kind
        )
        if status is not None:
            own = own.where(event.c.status == status)
        if groups:
            own = own.where(event.c.seq > until_of(number))
            ranges += [in_order(each, each.selected_columns.seq) for each in having(number, groups)]
        ranges.append(in_order(own, event.c.seq))
    merged = union_all(*ranges).subquery()
    order = merged.c.seq.desc() if is_backwards else merged.c.seq
    return select(merged.c.seq, merged.c.id).order_by(order).limit(size)
