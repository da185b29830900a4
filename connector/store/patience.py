"""How long somebody may still be kept waiting for the database, all in all."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf

LEAST_WAIT = 0.1  # seconds that whoever is late waits all the same

_until: ContextVar[float] = ContextVar("until", default=inf)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Let nothing in the block wait for the database beyond so many seconds from now."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def left(most: float) -> float:
    """Return how many seconds one may wait now, `most` at most."""
    return min(most, max(LEAST_WAIT, _until.get() - time.monotonic()))
