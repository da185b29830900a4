"""How the threads of a web process are shared out, so that none of its callers finds them gone.

ReturnGO may keep a call waiting for as long as it likes. Whoever would wait takes a place first.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Of one web process. Half of them hold fifty actions that wait for their turn at 5 calls a second,
# even where all arrive at one process; a thread that waits costs little. What neither waits for
# ReturnGO nor for a reading takes a thread for no time.
WEB_THREADS = 128
MOST_CALLING = WEB_THREADS // 2  # calls to ReturnGO: actions, searches, drop-downs
MOST_WAITING = WEB_THREADS * 3 // 8  # polls that wait for a reading


class Overloaded(Exception):
    """As many callers wait as may. `retry_after` is in seconds."""

    retry_after = 10


class Bulkhead:
    """So many callers may wait at a time."""

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def take(self) -> Iterator[bool]:
        """Take a place for the block, if one is free; tell whether it was."""
        is_taken = self._free.acquire(blocking=False)
        try:
            yield is_taken
        finally:
            if is_taken:
                self._free.release()
