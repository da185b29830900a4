"""What the budget answers: a slot, a balance, or why there is none."""

from dataclasses import dataclass
from datetime import datetime

from connector.budget.tally import Purpose


class BudgetError(Exception):
    """A call was not granted. `retry_after` says in how many seconds one may be."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DaySpent(BudgetError):
    """The day's calls are used up, or those that background reading may use."""


class TooFast(BudgetError):
    """No slot is free as soon as one is wanted."""


@dataclass(frozen=True)
class Slot:
    """One call of a key, reserved and counted: it may go out `at` this instant, and not before.

    `wait` is how many seconds that is away; `day` is the day that the call was counted into, and
    `purpose` what it was counted as.
    """

    key_id: str
    day: str
    at: datetime
    wait: float
    purpose: Purpose


@dataclass(frozen=True)
class Balance:
    """What is left of a key's day: `remaining` of `limit` calls, for `resets_in` more seconds.

    `for_background` of them are for reading, which may take `reading` in a whole day.
    `used_elsewhere` are the calls of a day that are left to other software with the same key.
    """

    limit: int
    remaining: int
    for_background: int
    resets_in: int
    reading: int
    used_elsewhere: int = 0

    @property
    def used(self) -> int:
        """How many of the day's calls are spent."""
        return self.limit - self.remaining
