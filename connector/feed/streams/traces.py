"""Traces: what is left of an RMA or a transaction that ended long ago.

Enough to compare the next look with, should ReturnGO ever show it again; nothing of a customer.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import select

from connector.blocks import Resource
from connector.feed.streams.stream import Stream
from connector.feed.streams.tracked import KEPT, Tracked, from_row, to_row
from connector.store import Store
from connector.store.tables import stream, trace

LEFT = tuple(each.name for each in trace.columns if each.name in {"resource_id", *KEPT})
GONE = dict.fromkeys({*KEPT} - {*LEFT})
BEGINS = {each.name: each.default for each in fields(Tracked) if each.name in GONE}
WHOLE = ""  # in the place of the names of what was shown: one digest for all of it


class Traces:
    """Keeps traces. Every method works within the caller's transaction."""

    def __init__(self, store: Store) -> None:
        insert = store.insert(trace)
        self._keep = insert.on_conflict_do_update(
            index_elements=["stream_id", "resource_id"],
            set_={name: insert.excluded[name] for name in LEFT},
        )
        self._forget = insert.on_conflict_do_update(
            index_elements=["stream_id", "resource_id"],
            set_={"forgotten_at": insert.excluded.forgotten_at},
        )

    def keep(self, database: Database, stream_id: int, ended: Iterable[Tracked]) -> None:
        """Keep what is left of these, in the place of an older trace."""
        rows = [
            {"stream_id": stream_id, **{name: row[name] for name in LEFT}}
            for row in map(to_row, map(_shortened, ended))
        ]
        if rows:
            database.execute(self._keep, rows)

    def forget(
        self, database: Database, stream_id: int, ids: Collection[str], now: datetime
    ) -> None:
        """Note of things that they are forgotten, whatever is shown of them."""
        new = {"stream_id": stream_id, "moves": 0, "stays": 0, "forgotten_at": now}
        if ids:
            database.execute(self._forget, [{**new, "resource_id": each} for each in ids])

    def forgotten_rmas(self, database: Database, own: Stream) -> set[str]:
        """Return the RMAs of a stream's shop that are forgotten; they are few."""
        return set(
            database.execute(
                select(trace.c.resource_id)
                .join(stream)
                .where(stream.c.connection == own.connection, stream.c.shop == own.shop)
                .where(stream.c.resource == Resource.RMAS, trace.c.forgotten_at.is_not(None))
            ).scalars()
        )

    def find(self, database: Database, own: Stream, ids: Collection[str]) -> dict[str, Tracked]:
        """Find things of which only a trace is left, as they were seen last."""
        if not ids:
            return {}
        found = database.execute(
            select(trace).where(trace.c.stream_id == own.id, trace.c.resource_id.in_(list(ids)))
        )
        return {row["resource_id"]: _found(row) for row in found.mappings()}


def _found(row: Mapping[Any, Any]) -> Tracked:
    seen = from_row({**GONE, **BEGINS, **row})
    return replace(seen, is_forgotten=row["forgotten_at"] is not None)


def whole_of(shown: Mapping[str, str]) -> str:
    """Make one digest of those of all fields that a thing has shown."""
    if WHOLE in shown:
        return shown[WHOLE]
    return hashlib.blake2b(repr(sorted(shown.items())).encode(), digest_size=8).hexdigest()


def _shortened(seen: Tracked) -> Tracked:
    return seen if seen.shown is None else replace(seen, shown={WHOLE: whole_of(seen.shown)})
