"""Remembering what was looked up in the database, for as long as nothing is written to it."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

from connector.store import Store

Found = TypeVar("Found")

MOST_REMEMBERED = 1024


class Remembered(Generic[Found]):
    """Keeps what was found under a key until the database's stamp is another.

    So what another process takes back counts at once. Safe among threads.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: LRUCache[str, tuple[Hashable, Found]] = LRUCache(MOST_REMEMBERED)
        self._lock = threading.Lock()

    def get(self, key: str, look_up: Callable[[], Found]) -> Found:
        """Return what was found, or else look it up. Raises what `look_up` raises."""
        # Before the look: what is written meanwhile makes another stamp.
        stamp = self._store.stamp()
        with self._lock:
            remembered = self._found.get(key)
        if stamp is not None and remembered is not None and remembered[0] == stamp:
            return remembered[1]
        found = look_up()
        with self._lock:
            self._found[key] = stamp, found
        return found
