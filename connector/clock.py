"""Time as it is handed in, so that tests decide what time it is and never sleep."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the bridge needs of time."""

    def now(self) -> datetime:
        """Answer the present instant, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""


@dataclass(frozen=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Answer the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""
        time.sleep(seconds)


SYSTEM_CLOCK = SystemClock()
