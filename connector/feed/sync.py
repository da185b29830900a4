"""One reading of one stream: list what was updated, then read the details that are wanted."""

from collections.abc import Callable

import structlog

from connector.connections import Connection
from connector.feed.census import Census
from connector.feed.details import Details
from connector.feed.failure import Failure
from connector.feed.interests import Interests
from connector.feed.lease import Lease, LeaseLost
from connector.feed.listing import Listing
from connector.feed.streams import Stream, Streams
from connector.returngo import ReturnGOError, Upstream
from connector.store import StoreUnavailable, patience

# Seconds for the lock of a database: whoever waits for the reading is still there to be told.
PATIENCE = 3.0

log = structlog.get_logger()


class Sync:
    """Reads streams, one at a time each, whoever asks."""

    def __init__(
        self,
        streams: Streams,
        interests: Interests,
        listing: Listing,
        details: Details,
        census: Census,
        upstream: Upstream,
    ) -> None:
        self._streams = streams
        self._interests = interests
        self._listing = listing
        self._details = details
        self._census = census
        self._upstream = upstream

    def run(
        self, connection: Connection, stream_id: int, *, is_stale: Callable[[Stream], bool]
    ) -> None:
        """Read a stream, unless somebody else does; what goes wrong is noted with the stream.

        `is_stale` is asked again once the stream is one's own. Raises StoreUnavailable.
        """
        with patience(PATIENCE):
            lease = self._streams.acquire(stream_id)
        if lease is None:
            return
        try:
            stream = self._streams.get(stream_id)
            wanted = self._interests.wanted(stream_id)
            returngo = self._upstream.open(connection, stream.shop, background=True)
            if is_stale(stream):
                self._listing.run(lease, returngo, wanted)
            retry_at = self._details.run(lease, returngo, wanted)
            self._census.run(lease, returngo, wanted)
            self._streams.succeed(lease, retry_at)
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
            self._streams.release(lease)

    def _note_failure(self, lease: Lease, error: Exception) -> None:
        failure = Failure.of(error)
        # Only ReturnGO's errors are known to hold nothing of what customers wrote.
        reason = str(error) if isinstance(error, ReturnGOError) else type(error).__name__
        log.warning("feed.sync_failed", stream=lease.stream_id, failure=failure, reason=reason)
        try:
            self._streams.fail(lease, failure)
        except LeaseLost:
            log.warning("feed.lease_lost", stream=lease.stream_id)
