"""Details: what a list row does not tell costs one call a thing, shared by all its events."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from connector.clock import Clock
from connector.feed.lease import NO_FAILURE, Lease
from connector.feed.recorder import Recorder
from connector.feed.sources import SOURCES
from connector.feed.streams import Stream, Streams
from connector.returngo import BadRequest, NotFound, ReturnGO, Unavailable
from connector.store import Store
from connector.store.tables import event

# So many things that cannot be shown, one after the other: then it is ReturnGO that is down.
DOWN_AFTER = 3
# A first reading waits so many tries for each thing: what comes later looks like news.
TRIES_BEFORE_READY = 3
SHORTEST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
# How long a thing may be unknown (perhaps it is late to appear) or unreadable.
UNKNOWN_FOR = timedelta(hours=1)
UNREADABLE_FOR = timedelta(days=2)


@dataclass(frozen=True)
class Wanted:
    """A thing whose events wait for its details, since `found_at`."""

    resource_id: str
    found_at: datetime
    tries: int


class Details:
    """Completes the events that wait."""

    def __init__(self, store: Store, streams: Streams, recorder: Recorder, clock: Clock) -> None:
        self._store = store
        self._streams = streams
        self._recorder = recorder
        self._clock = clock

    def run(self, lease: Lease, returngo: ReturnGO) -> None:
        """Complete what waits, oldest first, and what could not be shown before at the end.

        One thing that ReturnGO cannot show holds up nothing else: it is tried again later. Raises
        ReturnGOError when ReturnGO is down, LeaseLost, StoreUnavailable.
        """
        stream = self._streams.get(lease.stream_id)
        failed_in_a_row = 0
        for wanted in self._wanted(stream):
            try:
                self._fetch(lease, returngo, stream, wanted)
                failed_in_a_row = 0
            except (NotFound, BadRequest):
                self._postpone(lease, stream, wanted, UNKNOWN_FOR)
            except Unavailable:
                self._postpone(lease, stream, wanted, UNREADABLE_FOR)
                failed_in_a_row += 1
                if failed_in_a_row == DOWN_AFTER:
                    raise
        if stream.ready_at is None or stream.failure is not None:
            now = self._clock.now()
            unseen_until = self._unseen_until(stream) if stream.ready_at is None else None
            with self._store.write() as database:
                if unseen_until is None:
                    lease.update(database, now, ready_at=stream.ready_at or now, **NO_FAILURE)
                else:
                    lease.update(database, now, **{**NO_FAILURE, "retry_at": unseen_until})

    def _fetch(self, lease: Lease, returngo: ReturnGO, stream: Stream, wanted: Wanted) -> None:
        source = SOURCES[stream.resource]
        assert source.details is not None  # what is whole never waits
        details = source.details(returngo, wanted.resource_id)
        if not isinstance(details.get(source.details_key), dict):
            raise Unavailable(f"ReturnGO answered without {source.details_key}.")
        now = self._clock.now()
        with self._store.write() as database:
            lease.update(database, now)
            self._recorder.record_details(database, stream, wanted.resource_id, details, now)

    def _postpone(self, lease: Lease, stream: Stream, wanted: Wanted, patience: timedelta) -> None:
        now = self._clock.now()
        wait = min(SHORTEST_RETRY * 2 ** min(wanted.tries, 10), LONGEST_RETRY)
        with self._store.write() as database:
            lease.update(database, now)
            if wanted.found_at < now - patience:
                self._recorder.give_up(database, stream, wanted.resource_id)
            else:
                self._recorder.postpone(database, stream, wanted.resource_id, now + wait)

    def _unseen_until(self, stream: Stream) -> datetime | None:
        """Answer when to try those again that were not tried often enough to go on without."""
        with self._store.read() as database:
            due_at: datetime | None = database.execute(
                select(func.min(event.c.details_due_at))
                .where(event.c.stream_id == stream.id, event.c.seq.is_(None))
                .where(event.c.details_tries < TRIES_BEFORE_READY)
            ).scalar_one()
        return due_at

    def _wanted(self, stream: Stream) -> list[Wanted]:
        tries, found_at = func.max(event.c.details_tries), func.min(event.c.found_at)
        with self._store.read() as database:
            rows = database.execute(
                select(event.c.resource_id, found_at, tries)
                .where(event.c.stream_id == stream.id, event.c.seq.is_(None))
                .group_by(event.c.resource_id)
                .having(func.min(event.c.details_due_at) <= self._clock.now())
                .order_by(tries, func.min(event.c.occurred_at), func.min(event.c.id))
            )
            return [Wanted(*row) for row in rows]
