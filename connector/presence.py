"""Presence: processes note now and then that they are at work, so that others can see it."""

from datetime import datetime, timedelta

from sqlalchemy import select

from connector.clock import SYSTEM_CLOCK, Clock
from connector.store import Store
from connector.store.tables import presence

NOTED_EVERY = timedelta(seconds=30)
WORKER = "worker"


class Presence:
    """Notes that processes of one sort are at work. Each method raises StoreUnavailable."""

    def __init__(self, store: Store, name: str, clock: Clock = SYSTEM_CLOCK) -> None:
        self._store = store
        self._name = name
        self._clock = clock
        self._noted_at: datetime | None = None

    def note(self) -> bool:
        """Note that this process is at work, unless it has just done so; return whether it did."""
        now = self._clock.now()
        if self._noted_at is not None and abs(now - self._noted_at) < NOTED_EVERY:
            return False
        with self._store.write() as database:
            database.execute(
                self._store.insert(presence)
                .values(name=self._name, seen_at=now)
                .on_conflict_do_update(index_elements=["name"], set_={"seen_at": now})
            )
        self._noted_at = now
        return True

    def seen_at(self) -> datetime | None:
        """Return when a process of this sort was last at work, or None if none ever was."""
        with self._store.read() as database:
            return database.execute(
                select(presence.c.seen_at).where(presence.c.name == self._name)
            ).scalar()
