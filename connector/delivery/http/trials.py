"""How often a hook may be tested, and how many at a time: a test waits as long as its target."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from cachetools import LRUCache

from connector.clock import Clock
from connector.threads import Bulkhead, Overloaded

MOST_AT_ONCE = 8
EVERY = timedelta(seconds=10)
MOST_REMEMBERED = 10_000  # hooks


class TestedTooSoon(Exception):
    """The hook was tested a moment ago. `retry_after` is in seconds."""

    def __init__(self, left: timedelta) -> None:
        super().__init__(
            f"This hook was tested a moment ago: once in {EVERY.total_seconds():.0f} seconds is"
            " accepted."
        )
        self.retry_after = left.total_seconds()


class Trials:
    """Lets hooks be tested. One object a process, safe among threads; a restart forgets."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._places = Bulkhead(MOST_AT_ONCE)
        self._begun: LRUCache[str, datetime] = LRUCache(MOST_REMEMBERED)
        self._lock = Lock()

    @contextmanager
    def take(self, hook_id: str) -> Iterator[None]:
        """Take a place for the block. Raises Overloaded and TestedTooSoon."""
        with self._places.take() as is_taken:
            if not is_taken:
                raise Overloaded(
                    f"{MOST_AT_ONCE} hooks are being tested, which is as many as may be. Try again"
                    " soon."
                )
            self._note(hook_id)
            yield

    def _note(self, hook_id: str) -> None:
        now = self._clock.now()
        with self._lock:
            before = self._begun.get(hook_id)
            # a clock that was set back forbids nothing
            if before is not None and before <= now < before + EVERY:
                raise TestedTooSoon(before + EVERY - now)
            self._begun[hook_id] = now
