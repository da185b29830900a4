"""The order in which what is old is deleted, and how fast."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, Self

import structlog

from connector.clock import Clock
from connector.retention.calls import Calls
from connector.retention.deliveries import Deliveries
from connector.retention.events import Events
from connector.retention.streams import Streams
from connector.retention.things import Things
from connector.store import Store, StoreUnavailable

# A poll or a delivery meets a lock of some milliseconds once in a while.
PAUSE = timedelta(seconds=1)
REST = timedelta(minutes=5)  # after nothing was left to do
PAGES_AT_ONCE = 200  # of a file, given back to the disk

log = structlog.get_logger()


class Step(Protocol):
    """Deletes one sort of thing."""

    def run(self, now: datetime) -> bool:
        """Delete some of what is old; return whether there may be more."""


class Retention:
    """Deletes what is old. One object a process; several processes may do so at once."""

    def __init__(self, steps: Sequence[Step], store: Store, clock: Clock) -> None:
        self._steps = steps
        self._store = store
        self._clock = clock
        self._next_at: datetime | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, store: Store, clock: Clock, *, keeps: timedelta) -> Self:
        """Put retention together. Events, and how things stood, are kept for `keeps`."""
        steps: list[Step] = [
            Deliveries(store),
            Events(store, keeps),
            Things(store, keeps),
            Streams(store, keeps),
            Calls(store, keeps),
        ]
        return cls(steps, store, clock)

    def turn(self) -> None:
        """Delete some of what is old, if that is due; a step locks for some milliseconds.

        It may be called as often as there is time. Raises StoreUnavailable.
        """
        with self._lock:
            now = self._clock.now()
            # A clock that was ahead may have put it off.
            if self._next_at is not None and now < self._next_at <= now + REST:
                return
            self._next_at = now + PAUSE
        if not self.step(now):
            with self._lock:
                self._next_at = now + REST

    def after_reading(self) -> None:
        """Do the same where there may be no worker to do it: what fails is tried again."""
        try:
            self.turn()
        except StoreUnavailable as error:
            log.warning("retention.store_unavailable", reason=str(error))

    def step(self, now: datetime) -> bool:
        """Delete some of what is old; return whether there may be more."""
        return any(step.run(now) for step in self._steps) or self._store.give_back(PAGES_AT_ONCE)
