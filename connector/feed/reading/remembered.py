"""What is known of an RMA: the details that were read last, with the row that was listed last.

To show it costs no call to ReturnGO.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import select

from connector.blocks import Resource
from connector.feed.changes.change import Details
from connector.feed.reading.whole import SUMMARY
from connector.feed.streams.stream import Stream
from connector.store import Vault, place
from connector.store.tables import event, snapshot, stream, thing


@dataclass(frozen=True)
class Remembered:
    """The details of an RMA, which were read at `read_at`; None where that is now."""

    details: Details
    read_at: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether there is more of it than its row."""
        return "items" in self.details


@dataclass(frozen=True)
class RememberedRmas:
    """Finds what the log shows of RMAs."""

    vault: Vault

    def of(self, database: Database, own: Stream, rma_id: str) -> Remembered | None:
        """Return what is known of an RMA of a stream's shop, None where nothing is.

        The stream may be that of the shop's transactions.
        """
        row = database.execute(
            select(
                thing.c.stream_id,
                thing.c.row,
                thing.c.status,
                event.c.snapshot_id,
                snapshot.c.body,
                event.c.read_at,
                event.c.recorded_at,
            )
            .select_from(thing)
            .join(stream, thing.c.stream_id == stream.c.id)
            .join(
                event,
                (event.c.stream_id == thing.c.stream_id)
                & (event.c.resource_id == thing.c.resource_id),
            )
            .join(snapshot, event.c.snapshot_id == snapshot.c.id)
            .where(stream.c.connection == own.connection, stream.c.shop == own.shop)
            .where(stream.c.resource == Resource.RMAS, thing.c.resource_id == rma_id)
            .order_by(event.c.seq.desc())
            .limit(1)
        ).first()
        if row is None:
            return None
        details: dict[str, Any] = self.vault.open(row.body, place(snapshot.c.body, row.snapshot_id))
        if row.row is not None:
            listed = self.vault.open(row.row, place(thing.c.row, row.stream_id, rma_id))
            details = {**details, SUMMARY: {**listed, "status": row.status}}
        return Remembered(details, row.read_at or row.recorded_at)
