"""Wrong tries: the wrong tokens, keys and passwords that came from an address."""

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
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
class _Tried:
    since: datetime
    digests: set[bytes] = field(default_factory=set)


class WrongTries:
    """Remembers wrong tries by address, slows them down, and says when there were too many.

    The same again is no further try: a workflow whose token was revoked goes on with it, and learns
    nothing by that. One object a process, safe among threads; a restart forgets.
    """

    def __init__(self, clock: Clock, *, most: int = MOST, step: float = STEP) -> None:
        """Allow `most` wrong tries; each further one waits `step` seconds longer."""
        self._clock = clock
        self._most = most
        self._step = step
        self._tried: OrderedDict[str, _Tried] = OrderedDict()
        self._lock = Lock()
        self._waiting = Semaphore(MOST_WAITING)
        self._key = secrets.token_bytes(16)  # what is wrong here may be right elsewhere

    def note(self, address: str, presented: str) -> bool:
        """Remember what was wrong, and wait longer the more there was; tell if it is too much."""
        now = self._clock.now()
        digest = hashlib.blake2b(presented.encode(errors="replace"), key=self._key, digest_size=8)
        with self._lock:
            found = self._tried.pop(address, None)
            if found is None or not found.since <= now < found.since + WITHIN:
                found = _Tried(now)
            self._tried[address] = found
            if len(self._tried) > MOST_ADDRESSES:
                self._tried.popitem(last=False)
            if digest.digest() in found.digests:
                return False
            if len(found.digests) >= self._most:
                return True
            found.digests.add(digest.digest())
            count = len(found.digests)
        if count > FREE and self._waiting.acquire(blocking=False):
            try:
                self._clock.sleep(self._step * (count - FREE))
            finally:
                self._waiting.release()
        return False

    def blocked_for(self, address: str) -> float | None:
        """Return for how many seconds an address has had its tries; None where it has not."""
        now = self._clock.now()
        with self._lock:
            found = self._tried.get(address)
            if found is None or len(found.digests) < self._most:
                return None
            left = (found.since + WITHIN - now).total_seconds()
        # a clock that was set back shuts no address out
        return left if 0 < left <= WITHIN.total_seconds() else None

    def forget(self, address: str) -> None:
        """Begin anew with an address that has presented the right thing."""
        with self._lock:
            self._tried.pop(address, None)
