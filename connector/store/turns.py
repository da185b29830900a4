"""Turns at something of which there is only so much: first come, first served."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class TurnMissed(Exception):
    """Others did not give it back in time."""


class Turns:
    """So many may have one at a time. Safe among threads.

    Not a semaphore: one that is given back goes to who has waited for longest, and not to who
    happens to ask just then.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def take(self, seconds: float) -> Iterator[None]:
        """Have one for the block, after waiting so many seconds at most. Raises TurnMissed."""
        self._take(seconds)
        try:
            yield
        finally:
            self._give_back()

    def _take(self, seconds: float) -> None:
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(seconds):
            return
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
                raise TurnMissed

    def _give_back(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
