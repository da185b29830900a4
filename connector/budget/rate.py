"""How calls are spaced, so that no window of one second holds more of them than the limit."""

from dataclasses import dataclass
from datetime import timedelta

from connector.store.instant import MICROSECOND

SECOND = timedelta(seconds=1)
# By how much two calls may come closer together on their way to ReturnGO, through lateness on this
# side and through the network. It costs so much of the rate: 5 a second are 4.6.
SLOT_JITTER = timedelta(milliseconds=80)
BURST_SHARE = 10  # one in so many calls of a second may come at once


@dataclass(frozen=True)
class Rate:
    """One call each `step`, and `burst` of lead for those that were not made before.

    Reading has half of the lead, so that it leaves actions theirs.

    A generic cell rate algorithm: a window of a second and of the jitter holds at most
    `1 + (burst + SECOND + SLOT_JITTER) // step` calls.
    """

    step: timedelta
    burst: timedelta
    reading: timedelta

    @classmethod
    def of(cls, limit: int) -> "Rate":
        """Space `limit` calls a second: a tenth of them may come at once, the rest trickles in."""
        at_once = limit // BURST_SHARE
        # rounded up to whole microseconds: a little slower than allowed, never faster
        step = (SECOND + SLOT_JITTER) // ((limit - at_once) * MICROSECOND) + 1
        return cls(
            step=step * MICROSECOND,
            burst=at_once * step * MICROSECOND,
            reading=at_once // 2 * step * MICROSECOND,
        )
