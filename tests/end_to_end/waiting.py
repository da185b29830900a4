"""Waiting for what real processes do in their own time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 180  # seconds: a busy machine is slow
PAUSE = 0.2  # seconds


def eventually(look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """Look until there is something to see, and answer it."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline, f"it never came: {look}"
        time.sleep(PAUSE)
    return found
