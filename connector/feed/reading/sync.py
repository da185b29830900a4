"""One reading of one stream: list what is due to be listed, then read the details that are wanted.

RMAs have two lists. *What is open* is compared with what was seen last, and shows whatever happens
to an open RMA. *What was updated* adds those that came and went in between. They take turns, so
that a shop costs one list a freshness window: the second one every fourth time where it lately told
something of its own, else rarely.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from connector.blocks import Resource
from connector.budget import Purpose
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.pace.pace import Pace
from connector.feed.reading.closed_list import ClosedList
from connector.feed.reading.details import DetailsReader
from connector.feed.reading.listing import Listing
from connector.feed.reading.open_scan import OpenScan
from connector.feed.reading.reading import Reading
from connector.feed.reading.stays import Stays
from connector.feed.streams.failure import Failure
from connector.feed.streams.interests import Interests
from connector.feed.streams.lease import Lease, LeaseLost
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.stream import Stream
from connector.feed.streams.streams import Streams
from connector.returngo import ReturnGOError, Upstream
from connector.store import Store, StoreUnavailable, patience

# Seconds for the lock of a database: the callers who wait for the reading are still there then.
LEASE_PATIENCE = 3.0
# So many scans of what is open, then a turn of what was updated: while that adds something, or not.
SCANS_WHERE_USEFUL = 3
SCANS_ELSE = 5
USEFUL_FOR = timedelta(days=1)
# Where the list of updates holds every change, what is open is listed all the same this often.
RECONCILE_OPEN_EVERY = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class Sync:
    """Reads streams, one at a time each, whoever asks.

    `sees_all` tells of a key whether ReturnGO's list of updates is known to hold every change:
    then it takes the turns of what is open, and that one is only listed to reconcile.
    """

    store: Store
    streams: Streams
    interests: Interests
    tracked: TrackedThings
    listing: Listing
    open_scan: OpenScan
    closed_list: ClosedList
    details: DetailsReader
    stays: Stays
    pace: Pace
    upstream: Upstream
    clock: Clock
    sees_all: Callable[[str], bool] = lambda _: False

    def run(
        self, connection: Connection, stream_id: int, *, is_stale: Callable[[Stream], bool]
    ) -> None:
        """Read a stream, unless somebody else does; what goes wrong is noted with the stream.

        `is_stale` is checked again under the lease. Raises StoreUnavailable.
        """
        with patience(LEASE_PATIENCE):
            lease = self.streams.leases.acquire(stream_id)
        if lease is None:
            return
        try:
            stream = self.streams.get(stream_id)
            reading = Reading(
                stream=stream,
                lease=lease,
                wanted=self.interests.wanted(stream_id),
                returngo=self.upstream.open(connection, stream.shop, Purpose.READING),
            )
            self._set_right(reading)
            if is_stale(stream):
                self._list(reading)
            retry_at = self.details.run(reading)
            self.stays.run(reading)
            self.streams.succeed(lease, retry_at)
        except LeaseLost:
            log.warning("feed.lease_lost", stream=stream_id)
        except StoreUnavailable:
            raise
        except Exception as error:
            # Whatever it is: without a pause, each poll would ask for the same again.
            self._note_failure(lease, error)
            if not isinstance(error, ReturnGOError):
                raise
        finally:
            self.streams.leases.release(lease)

    def _list(self, reading: Reading) -> None:
        stream = reading.stream
        if stream.resource is not Resource.RMAS:
            self.listing.run(reading)
            return
        is_first = stream.open_scanned_at is None
        is_turn = self._is_turn_of_updates(stream, self.clock.now())
        if is_first or is_turn:
            self.listing.run(reading)
        if is_turn and not is_first:
            return
        if self.open_scan.run(reading):
            self.closed_list.run(reading)
        elif not is_first:
            self.listing.run(reading)

    def _is_turn_of_updates(self, stream: Stream, now: datetime) -> bool:
        """Whether what was updated is listed next; a list that was cut off goes on first."""
        if stream.pass_cursor is not None or stream.open_cursor is not None:
            return stream.pass_cursor is not None
        if self.sees_all(stream.key_id):
            return stream.scans > 0 or not self._is_reconciliation_due(stream, now)
        told_at = stream.updates_told_at
        is_useful = told_at is not None and told_at > now - USEFUL_FOR
        return stream.scans >= (SCANS_WHERE_USEFUL if is_useful else SCANS_ELSE)

    def _is_reconciliation_due(self, stream: Stream, now: datetime) -> bool:
        scanned_at = stream.open_scanned_at
        return scanned_at is None or not now - RECONCILE_OPEN_EVERY < scanned_at <= now

    def _set_right(self, reading: Reading) -> None:
        """Undo what a clock has put off that was ahead and is set back since."""
        now, stream = self.clock.now(), reading.stream
        if not stream.is_set_back(now):
            return
        log.warning("feed.clock_set_back", shop=stream.shop)
        next_look = self.pace.today(stream.key_id).watch()
        with self.store.write() as database:
            reading.lease.update(database, now)
            self.tracked.set_right(database, stream, now, next_look)

    def _note_failure(self, lease: Lease, error: Exception) -> None:
        failure = Failure.of(error)
        # Only ReturnGO's errors are known to hold nothing of what customers wrote.
        reason = str(error) if isinstance(error, ReturnGOError) else type(error).__name__
        log.warning("feed.sync_failed", stream=lease.stream_id, failure=failure, reason=reason)
        try:
            self.streams.fail(lease, failure)
        except LeaseLost:
            log.warning("feed.lease_lost", stream=lease.stream_id)
