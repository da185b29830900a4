"""How far this machine's clock is from ReturnGO's, as its answers say."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLD_FOR = timedelta(minutes=15)  # a clock may be set meanwhile


@dataclass
class TimeDifference:
    """Remembers what the last answer showed."""

    _ahead: timedelta = timedelta()
    _seen_at: datetime | None = None

    def note(self, now: datetime, date: datetime | None) -> None:
        """Compare the time of an answer, where it tells that, with ours as it came."""
        if date is not None:
            self._ahead, self._seen_at = now - date, now

    def ahead(self, now: datetime) -> timedelta | None:
        """Return how far this machine is ahead; None where no answer has told it lately."""
        if self._seen_at is None or not self._seen_at <= now < self._seen_at + TOLD_FOR:
            return None
        return self._ahead
