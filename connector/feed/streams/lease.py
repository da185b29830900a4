"""Leases: the right to read a stream, and what is written under it.

How a lease works, `connector.store` says; here it stands in `lease_owner` and `lease_until`.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection as Database
from sqlalchemy import bindparam, or_, select, update

from connector.clock import Clock, furthest
from connector.store import Store, StoreUnavailable
from connector.store.tables import stream

STREAM_LEASE = timedelta(seconds=60)  # longer than any one call to ReturnGO with its retries
LOOK = "look "  # how the owner's name of a lease to look begins
LOOK_AGAIN_EVERY = 0.5  # seconds between two looks whether somebody still reads a stream

NO_FAILURE: dict[str, Any] = {"failure": None, "failures": 0, "retry_at": None}
NO_PASS: dict[str, Any] = {"pass_started_at": None, "pass_next_since": None, "pass_cursor": None}
NO_SCAN: dict[str, Any] = {"open_started_at": None, "open_date": None, "open_cursor": None}

# Sets what is named with it. Making a statement costs ten times what running it does.
HELD = update(stream).where(
    stream.c.id == bindparam("own_stream"), stream.c.lease_owner == bindparam("own_name")
)

log = structlog.get_logger()


def is_running(lease_until: datetime | None, now: datetime) -> bool:
    """Whether a lease still holds; one that ends too late was taken by a wrong clock."""
    return lease_until is not None and now < lease_until <= furthest(now, STREAM_LEASE)


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
        named = {"own_stream": self.stream_id, "own_name": self.owner}
        new = {"lease_until": now + STREAM_LEASE, **values}
        written = database.execute(HELD, {**named, **new})
        if written.rowcount != 1:
            raise LeaseLost


class Leases:
    """Hands out leases. One object a process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        # Whose lease of a stream could not be given back, because the database was away.
        self._left_behind: dict[int, str] = {}

    def acquire(self, stream_id: int, *, to_look: bool = False) -> Lease | None:
        """Take the right to read a stream, or answer None when somebody else has it.

        Nobody waits for who only wants `to_look` at what hints name. Raises StoreUnavailable.
        """
        now = self._clock.now()
        lease = Lease(stream_id, f"{LOOK if to_look else ''}{uuid.uuid4().hex}")
        is_free = or_(
            stream.c.lease_until.is_(None),
            stream.c.lease_until <= now,
            stream.c.lease_until > furthest(now, STREAM_LEASE),
            stream.c.lease_owner == self._left_behind.get(stream_id, ""),
        )
        try:
            with self._store.write() as database:
                taken = database.execute(
                    update(stream)
                    .where(stream.c.id == stream_id, is_free)
                    .values(lease_owner=lease.owner, lease_until=now + STREAM_LEASE)
                )
        except StoreUnavailable:
            # perhaps it was taken, and only the word of it got lost
            self._left_behind.setdefault(stream_id, lease.owner)
            raise
        return lease if taken.rowcount == 1 else None

    def release(self, lease: Lease) -> None:
        """Give the right back, if it is still one's own.

        What cannot be given back, because the database is away, is as good as free to this process.
        """
        try:
            with self._store.write() as database:
                database.execute(
                    update(stream)
                    .where(stream.c.id == lease.stream_id, stream.c.lease_owner == lease.owner)
                    .values(lease_owner=None, lease_until=None)
                )
        except StoreUnavailable as error:
            self._left_behind[lease.stream_id] = lease.owner
            log.warning("feed.not_released", stream=lease.stream_id, reason=str(error))

    def is_left_behind(self, stream_id: int, owner: str | None) -> bool:
        """Return whether a lease is one that this process could not give back."""
        return owner is not None and self._left_behind.get(stream_id) == owner


@contextmanager
def while_unread(store: Store, clock: Clock, stream_id: int) -> Iterator[Database]:
    """Open a transaction during which nobody reads a stream; wait until nobody does.

    A reading that begins later asks ReturnGO later, too. The stream's own lease is left alone: a
    process that dies with it would keep the bridge waiting.
    """
    leased_until = select(stream.c.lease_until).where(stream.c.id == stream_id).with_for_update()
    while True:
        with store.write() as database:
            until = database.execute(leased_until).scalar_one()
            if not is_running(until, clock.now()):
                yield database
                return
        clock.sleep(LOOK_AGAIN_EVERY)
