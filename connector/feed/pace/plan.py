"""The plan: when each list of a connection is read next, and why then."""

from dataclasses import dataclass
from datetime import datetime

from connector.blocks import Resource
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.pace.pace import Pace
from connector.feed.pace.wait import Reason
from connector.feed.streams.failure import Failure
from connector.feed.streams.stream import Stream
from connector.feed.streams.streams import Streams


@dataclass(frozen=True)
class NextReading:
    """When a list is read next, by the first poll from then on; None where that is at once.

    Without polls, nothing is read. `failure` says why the last reading failed, if it did.
    """

    shop: str
    resource: Resource
    read_at: datetime | None
    due_at: datetime | None
    reason: Reason
    failure: Failure | None = None


@dataclass(frozen=True)
class Plans:
    """Explains the pace of the lists that are asked for."""

    streams: Streams
    pace: Pace
    clock: Clock

    def of(self, connection: Connection) -> list[NextReading]:
        """Return the next reading of each list of a connection. Raises StoreUnavailable."""
        return [self._next(each) for each in self.streams.all_of(connection)]

    def _next(self, stream: Stream) -> NextReading:
        now = self.clock.now()
        due_at, reason = None, Reason.NEVER_READ
        if stream.failure is not None:
            due_at, reason = stream.retry_at if stream.waits(now) else None, Reason.FAILURE
        elif stream.age(now) is not None and stream.fresh_at is not None:
            wait = self.pace.wait_of(stream, self.pace.today(stream.key_id).lists)
            due_at, reason = stream.fresh_at + wait.span, wait.reason
        return NextReading(
            stream.shop, stream.resource, stream.fresh_at, due_at, reason, stream.failure
        )
