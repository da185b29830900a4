"""What the budget answers: a slot, or a balance."""

from dataclasses import dataclass
from datetime import datetime

from connector.budget.allowances import Allowance
from connector.budget.purpose import Purpose


@dataclass(frozen=True)
class Slot:
    """One call of a key, reserved and counted: it may go out `at` this instant, and not before.

    It was taken at the instant `taken_at`, and counted into the `day` of its key, as of this
    `purpose`, and for the token whose `allowance` it is.
    """

    key_id: str
    day: str
    at: datetime
    taken_at: datetime
    purpose: Purpose
    allowance: Allowance | None = None

    @property
    def wait(self) -> float:
        """How many seconds there were from when it was taken."""
        return (self.at - self.taken_at).total_seconds()


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
