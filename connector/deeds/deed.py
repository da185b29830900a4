"""A deed: something that was done, or tried, under a name of its doer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What came of a deed."""

    BEGUN = "begun"
    """It is being done, or its process ended before it could say more."""
    DONE = "done"
    REPEATED = "repeated"
    """It was done before, under the same idempotency key: the first answer was given again."""
    REFUSED = "refused"
    """Surely nothing was done."""
    UNKNOWN = "unknown"
    """It failed so that it may have been done or not."""


@dataclass(frozen=True)
class Doer:
    """Under whose name something is done, and in answer to which request of theirs."""

    name: str
    request_id: str | None = None


UNNAMED = Doer("unnamed")


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What is known of a deed without opening anything. Times are UTC.

    `name` is the key of an action, or what else is done in two or three words; `about` names the
    things that it is about, such as `rma 10030552`. `returngo_ids` are ReturnGO's names of the
    calls that it took.
    """

    id: int
    connection: str
    began_at: datetime
    ended_at: datetime | None
    doer: str
    request_id: str | None
    name: str
    shop: str | None
    about: str
    outcome: Outcome
    returngo_ids: tuple[str, ...]
    has_details: bool

    @property
    def seconds(self) -> float | None:
        """How long it took; None where nothing says when it ended."""
        if self.ended_at is None:
            return None
        return max(0.0, (self.ended_at - self.began_at).total_seconds())


@dataclass(frozen=True, kw_only=True)
class Details:
    """What a deed was about in full: customers may be named in it, so it is kept sealed."""

    key: str | None
    """The idempotency key."""
    asked: dict[str, Any]
    answer: Any
    sentence: str | None
    """What was said where it was not done."""
