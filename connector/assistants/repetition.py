"""The idempotency keys of actions for which the client gives none.

An assistant that hears nothing, or forgets what it has done, asks the same again. A bridge can
know it again only by what is asked, so the same action with the same arguments, of the same token,
is taken for a repetition for some minutes. Two things would be wrong with that alone:

- *Approved*, *Pending*, *Approved* is three deeds: what sets a state is no repetition any more once
  the token has asked for another action. To set it once more harms nothing.
- What adds something would add it again after a restart of this process, which then has forgotten:
  its key is made of what is asked and of the time, and so is the same in any process.
"""

import hashlib
import secrets
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import simplejson
from cachetools import LRUCache, TTLCache

from connector.clock import SYSTEM_CLOCK, Clock

SAME_FOR = timedelta(minutes=10)
MOST_REMEMBERED = 10_000


class Repetitions:
    """Gives each action a key: the same for what is asked again."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        def now() -> float:
            return clock.now().timestamp()

        self._now = now
        self._keys: TTLCache[str, str] = TTLCache(
            MOST_REMEMBERED, SAME_FOR.total_seconds(), timer=now
        )
        self._last: LRUCache[str, str] = LRUCache(MOST_REMEMBERED)
        self._lock = threading.Lock()

    def key_of(self, token: str, name: str, arguments: Mapping[str, Any], *, adds: bool) -> str:
        """Return the key of an action that is asked for now; `adds`, where twice makes two."""
        asker = _digest(token)
        asked = _digest([asker, name, arguments])
        with self._lock:
            known = self._keys.get(asked)
            is_last = self._last.get(asker) == asked
            self._last[asker] = asked
            if known is not None and (adds or is_last):
                return known
            key = f"mcp-{self._mark(asked) if adds else secrets.token_hex(16)}"
            self._keys[asked] = key
            return key

    def _mark(self, asked: str) -> str:
        return f"{asked[:32]}-{int(self._now() // SAME_FOR.total_seconds())}"


def _digest(value: Any) -> str:
    return hashlib.sha256(simplejson.dumps(value, sort_keys=True).encode()).hexdigest()
