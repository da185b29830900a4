"""Time as it is handed in, so that tests decide what time it is and never sleep."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

# How far apart the clocks of the bridge's machines and ReturnGO's may be.
MAX_CLOCK_SKEW = timedelta(minutes=20)


class Clock(Protocol):
    """What the bridge needs of time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""


@dataclass(frozen=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""
        time.sleep(seconds)


SYSTEM_CLOCK = SystemClock()


def furthest(now: datetime, ahead: timedelta) -> datetime:
    """Return the latest instant that one of the bridge's machines can have set `ahead` of its now.

    What lies later was written by a clock that has been set back since. It is wrong, and is not
    waited for.
    """
    return now + ahead + MAX_CLOCK_SKEW
