"""An event at its place in the log: its row, and the event that the row holds, opened."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import RowMapping, select

from connector.blocks import Event, Kind
from connector.store import Vault, place
from connector.store.tables import event, snapshot, stream


@dataclass(frozen=True)
class Entry:
    """An event at its place in the log, opened when it is looked at.

    `id` is its number in the database, `key` the id that everybody sees.
    """

    row: RowMapping = field(repr=False)
    vault: Vault = field(repr=False)

    @property
    def id(self) -> int:
        """Return the number of its row in the database."""
        return int(self.row["id"])

    @property
    def seq(self) -> int:
        """Tell its place."""
        return int(self.row["seq"])

    @property
    def key(self) -> str:
        """Return the id by which users know the event."""
        return str(self.row["key"])

    @property
    def recorded_at(self) -> datetime:
        """Tell when it was recorded."""
        recorded_at: datetime = self.row["recorded_at"]
        return recorded_at

    @cached_property
    def event(self) -> Event:
        """Open the event. Raises WrongSecretKey."""
        return open_event(self.vault, self.row)


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


WHOLE = (
    select(
        event.c.id,
        event.c.seq,
        event.c.stream_id,
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
        event.c.read_at,
        stream.c.shop,
        event.c.snapshot_id,
        snapshot.c.body,
    )
    .join(stream, event.c.stream_id == stream.c.id)
    .join(snapshot, event.c.snapshot_id == snapshot.c.id)
)


def open_event(vault: Vault, row: RowMapping) -> Event:
    """Open the event of a row of `WHOLE`. Raises WrongSecretKey."""
    return Event(
        id=row["key"],
        kind=Kind(row["kind"]),
        shop=row["shop"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        body=vault.open(row["body"], place(snapshot.c.body, row["snapshot_id"])),
        status=row["status"],
        previous=row["previous"],
        part=row["part"],
        dated_by=row["dated_by"],
        days=row["days"],
        since=row["since"],
        read_at=_read_at(row),
    )


def _read_at(row: RowMapping) -> datetime | None:
    """Return when what an event shows was read: mostly to record it."""
    # An earlier release showed of a stuck RMA what was known, and did not note since when.
    is_known = row["read_at"] is not None or row["kind"] == Kind.RMA_STUCK
    read_at: datetime | None = row["read_at"] if is_known else row["recorded_at"]
    return read_at
