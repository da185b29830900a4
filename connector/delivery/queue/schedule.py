"""When a delivery is tried again: soon at first, ever more rarely, for two days."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from connector.backoff import Backoff

STEPS = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600))
DELIVERY_RETRIES = Backoff(STEPS)
LASTS = timedelta(days=2)
RETRY_JITTER = 0.2  # so that what failed together does not come back together


def next_try(
    tries: int,
    first_tried_at: datetime,
    now: datetime,
    retry_after: float | None = None,
    *,
    spread: Callable[[float, float], float] = random.uniform,
) -> datetime | None:
    """Return when to try again after so many `tries`, or None when it is to be given up.

    The last try is two days after the first one. What the target asked for, in seconds, is kept up
    to the length of the next two steps. `spread` draws between two bounds.
    """
    last = first_tried_at + LASTS
    if now >= last:
        return None
    wait = DELIVERY_RETRIES.after(tries) * spread(1 - RETRY_JITTER, 1 + RETRY_JITTER)
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=min(retry_after, longest_wait(tries).total_seconds())))
    return min(now + wait, last)


def longest_wait(tries: int) -> timedelta:
    """Return how long after so many `tries`, one at least, the next one may be put off."""
    return DELIVERY_RETRIES.after(tries) + DELIVERY_RETRIES.after(tries + 1)
