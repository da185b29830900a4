"""The sandbox's own time: it starts where it is told to, runs on and jumps when asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Source = Callable[[], datetime]


def machine_time() -> datetime:
    """Return the machine's present instant in UTC."""
    return datetime.now(UTC)


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant; one without an offset is UTC. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


class Clock:
    """A clock that follows `source`, shifted so that it began at `start`."""

    def __init__(self, source: Source = machine_time, start: datetime | None = None) -> None:
        self._source = source
        self._start = start
        self._shift = timedelta()
        self.restart()

    def now(self) -> datetime:
        """Return the present instant."""
        return self._source() + self._shift

    def second(self) -> datetime:
        """Return the present instant as ReturnGO stores it: whole seconds."""
        return self.now().replace(microsecond=0)

    def set(self, instant: datetime) -> None:
        """Jump to an instant, forwards or backwards, and run on from there."""
        self._shift = instant - self._source()

    def advance(self, seconds: float) -> None:
        """Jump forwards by that many seconds."""
        self.set(self.now() + timedelta(seconds=seconds))

    def restart(self) -> None:
        """Go back to where this clock began; without a start that is the source's own time."""
        self._shift = timedelta()
        if self._start is not None:
            self.set(self._start)
