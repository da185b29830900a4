"""How far this machine's clock is from ReturnGO's, as its answers say."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class TimeDifference:
    """What the last answer showed: how far this machine is `ahead`; None before the first."""

    ahead: timedelta | None = None

    def note(self, now: datetime, date: datetime | None) -> None:
        """Compare the time of an answer, where it tells that, with ours as it came."""
        if date is not None:
            self.ahead = now - date
