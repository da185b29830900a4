"""Backing off: a wait after each failure in a row, longer each time."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Backoff:
    """Waits by the number of failures in a row: a step for each, the last one for all that follow.

    When to give up, and whether to spread what failed together, is the caller's to decide.
    """

    steps: tuple[timedelta, ...]

    @classmethod
    def doubling(cls, first: timedelta, most: timedelta) -> "Backoff":
        """Begin with `first`, and wait twice as long each time, up to `most`."""
        steps = [first]
        while steps[-1] < most:
            steps.append(min(2 * steps[-1], most))
        return cls(tuple(steps))

    def after(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures, one at least."""
        return self.steps[min(failures, len(self.steps)) - 1]
