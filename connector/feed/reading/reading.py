"""A reading: one stream, by whose lease it is read, for whom, and through which ReturnGO."""

from dataclasses import dataclass, replace

from connector.feed.streams.interests import Wanted
from connector.feed.streams.lease import Lease
from connector.feed.streams.stream import Stream
from connector.returngo import ReturnGO


@dataclass(frozen=True)
class Reading:
    """What every reader of a stream needs. `stream` is how it stood when it was looked at last."""

    stream: Stream
    lease: Lease
    wanted: Wanted
    returngo: ReturnGO

    def at(self, stream: Stream) -> "Reading":
        """Return the same reading, of the stream as it stands now."""
        return replace(self, stream=stream)
