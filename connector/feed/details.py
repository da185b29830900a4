"""Details: what a list row does not tell costs one call a thing, shared by all its events."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from connector.clock import Clock
from connector.feed.lease import NO_FAILURE, Lease
from connector.feed.recorder import Recorder
from connector.feed.streams import Stream, Streams
from connector.returngo import BadRequest, NotFound, ReturnGO, Unavailable
from connector.store import Store
from connector.store.tables import event

PATIENCE = timedelta(hours=1)
# So many things that cannot be shown, one after the other: then it is ReturnGO that is down.
DOWN_AFTER = 3


class Details:
    """Completes the events that wait."""

    def __init__(self, store: Store, streams: Streams, recorder: Recorder, clock: Clock) -> None:
        self._store = store
        self._streams = streams
        self._recorder = recorder
        self._clock = clock

    def run(self, lease: Lease, returngo: ReturnGO) -> None:
        """Complete what waits, oldest first. Raises ReturnGOError, LeaseLost, StoreUnavailable."""
        stream = self._streams.get(lease.stream_id)
        trouble: Unavailable | None = None
        in_a_row = 0
        for resource_id, found_at in self._waiting(stream):
            try:
                self._fetch(lease, returngo, stream, resource_id, found_at)
                in_a_row = 0
            except Unavailable as error:
                # One thing that ReturnGO cannot show must not hold up all the others.
                in_a_row += 1
                if in_a_row == DOWN_AFTER:
                    raise
                now = self._clock.now()
                if found_at > now - PATIENCE:
                    trouble = error
                with self._store.write() as database:
                    lease.update(database, now)
        if trouble is not None:
            raise trouble
        if stream.ready_at is None or stream.failure is not None:
            now = self._clock.now()
            with self._store.write() as database:
                lease.update(database, now, ready_at=stream.ready_at or now, **NO_FAILURE)

    def _fetch(
        self,
        lease: Lease,
        returngo: ReturnGO,
        stream: Stream,
        resource_id: str,
        found_at: datetime,
    ) -> None:
        try:
            details = returngo.get_rma(resource_id)
        except (NotFound, BadRequest):
            # Perhaps it is only late to appear.
            if found_at < self._clock.now() - PATIENCE:
                with self._store.write() as database:
                    lease.update(database, self._clock.now())
                    self._recorder.give_up(database, stream, resource_id)
            return
        if not isinstance(details.get("rmaSummary"), Mapping):
            raise Unavailable("ReturnGO answered with something that is not an RMA.")
        now = self._clock.now()
        with self._store.write() as database:
            lease.update(database, now)
            self._recorder.record_details(database, stream, resource_id, details, now)

    def _waiting(self, stream: Stream) -> list[tuple[str, datetime]]:
        with self._store.read() as database:
            rows = database.execute(
                select(event.c.resource_id, event.c.found_at)
                .where(event.c.stream_id == stream.id, event.c.seq.is_(None))
                .order_by(event.c.occurred_at, event.c.id)
            ).all()
        first_found: dict[str, datetime] = {}
        for resource_id, found_at in rows:
            first_found.setdefault(resource_id, found_at)
        return list(first_found.items())
