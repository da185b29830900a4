"""Leases: the right to read a stream, and what is written under it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import update

from connector.store.tables import stream

LEASE = timedelta(seconds=60)  # longer than any one call to ReturnGO with its retries

NO_FAILURE: dict[str, Any] = {"failure": None, "failures": 0, "retry_at": None}
NO_PASS: dict[str, Any] = {"pass_started_at": None, "pass_next_since": None, "pass_cursor": None}


class LeaseLost(Exception):
    """Another process reads the stream by now; nothing was written."""


@dataclass(frozen=True)
class Lease:
    """The right to read a stream. Every write under it is fenced: a late one touches nothing."""

    stream_id: int
    owner: str

    def update(self, database: Database, now: datetime, **values: Any) -> None:
        """Write `values` to the stream and prolong the lease.

        Raises LeaseLost when the lease has gone to somebody else; the caller's transaction ends.
        """
        written = database.execute(
            update(stream)
            .where(stream.c.id == self.stream_id, stream.c.lease_owner == self.owner)
            .values({"lease_until": now + LEASE, **values})
        )
        if written.rowcount != 1:
            raise LeaseLost
