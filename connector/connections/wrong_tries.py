"""Wrong tries: how often an address has presented a token or a password that is none."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Semaphore

from connector.clock import Clock

FREE = 3  # wrong tries that are answered at once
MOST = 10
WITHIN = timedelta(minutes=10)
STEP = 0.1  # seconds that each further try waits longer
MOST_WAITING = 4  # threads: trying must not hold all of them
MOST_ADDRESSES = 10_000


@dataclass
class _Counted:
    count: int
    since: datetime


class WrongTries:
    """Counts wrong tries by address, slows them down, and says when there were too many.

    One object a process, safe among threads; a restart forgets.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counted: OrderedDict[str, _Counted] = OrderedDict()
        self._lock = Lock()
        self._waiting = Semaphore(MOST_WAITING)

    def note(self, address: str) -> int:
        """Count a wrong try, wait a little the more there were, and return how many there were."""
        now = self._clock.now()
        with self._lock:
            found = self._counted.pop(address, None)
            if found is None or not found.since <= now < found.since + WITHIN:
                found = _Counted(0, now)
            found.count += 1
            self._counted[address] = found
            if len(self._counted) > MOST_ADDRESSES:
                self._counted.popitem(last=False)
        if FREE < found.count <= MOST and self._waiting.acquire(blocking=False):
            try:
                self._clock.sleep(STEP * (found.count - FREE))
            finally:
                self._waiting.release()
        return found.count

    def blocked_for(self, address: str) -> float | None:
        """Return for how many seconds an address has had its tries; None where it has not."""
        now = self._clock.now()
        with self._lock:
            found = self._counted.get(address)
            if found is None or found.count < MOST:
                return None
            left = (found.since + WITHIN - now).total_seconds()
        # a clock that was set back shuts no address out
        return left if 0 < left <= WITHIN.total_seconds() else None

    def forget(self, address: str) -> None:
        """Begin anew with an address that has presented the right thing."""
        with self._lock:
            self._counted.pop(address, None)
