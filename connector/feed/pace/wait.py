"""How long a list waits until it is read again, and why so long."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Reason(StrEnum):
    """Why a list is read when it is, as users are told."""

    CALLS = (
        "The calls that are left today are spread over the rest of it: more of them go to the lists"
        " and the hours in which more is to be expected."
    )
    QUIET = "Little is to be expected at this hour: a call is kept for when more is."
    FRESHNESS = "There are calls enough: it is read again as soon as FEED_FRESHNESS allows."
    CEILING = "It is never to be older than FEED_CEILING, however little is to be expected."
    WEBHOOKS = "ReturnGO's webhooks tell what happens: it is read only to see that they do."
    FAILURE = "ReturnGO could not be read: it is tried again after a while."
    NEVER_READ = "It has not been read yet."


@dataclass(frozen=True)
class Wait:
    """So long a list waits after it was read, and why."""

    span: timedelta
    reason: Reason

    def at_least(self, span: timedelta, reason: Reason) -> "Wait":
        """Return the longer wait."""
        return self if self.span >= span else Wait(span, reason)

    def at_most(self, span: timedelta, reason: Reason) -> "Wait":
        """Return the shorter wait."""
        return self if self.span <= span else Wait(span, reason)
