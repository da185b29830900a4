"""A page: one answer to a poll, and those that a process keeps for whoever asks the same."""

import hashlib
import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from cachetools import LRUCache

from connector.blocks import from_json, pack
from connector.budget import Balance

MOST_TURNS = 1024  # pages that are being made at a time
LONGEST_TURN = 2.0  # seconds
PACKS = 4  # what is shown takes a fourth of its size at most when it is compressed


@dataclass(frozen=True)
class Shown:
    """What a page shows: `body` is a JSON array of events, as it goes out.

    `more` holds the parameter that continues, if there is more.
    """

    body: bytes
    more: dict[str, str] | None

    @cached_property
    def tag(self) -> str:
        """Return a name of the body: another body has another (RFC 9110, an entity tag)."""
        # Not for safety: no longer than it has to be.
        return hashlib.sha1(self.body, usedforsecurity=False).hexdigest()

    @cached_property
    def packed(self) -> bytes:
        """Compress the body by gzip, once for all who take it so."""
        return pack(self.body)


@dataclass(frozen=True)
class Page:
    """One answer to a poll: what it shows, and how many seconds ago ReturnGO was read.

    `balance` is that of the key, if it was looked at on the way and nothing was spent since.
    """

    shown: Shown
    age: int
    balance: Balance | None = field(default=None, compare=False)

    @property
    def more(self) -> dict[str, str] | None:
        """Hold the parameter that continues, if there is more."""
        return self.shown.more

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        """Read the events of the body."""
        return list(from_json(self.shown.body))


@dataclass(frozen=True)
class _Kept:
    """What was shown when a log ended at `place`; it holds from `since` and before `until`."""

    shown: Shown
    place: int
    since: datetime
    until: datetime


class KeptPages:
    """Keeps what was shown, `size` bytes of it at most; safe among threads.

    A page shows the same as long as nothing is added to the log: its last place is the same in all
    processes, so that none of them shows what another has outdated.
    """

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Hashable, _Kept] = LRUCache(size, getsizeof=_size)
        self._turns: LRUCache[Hashable, threading.Lock] = LRUCache(MOST_TURNS)
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, key: Hashable) -> Iterator[None]:
        """Let one thread at a time make what is shown for a key: the others find it made then.

        A turn that lasts for two seconds is not waited for any longer.
        """
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
        is_taken = turn.acquire(timeout=LONGEST_TURN)
        try:
            yield
        finally:
            if is_taken:
                turn.release()

    def find(self, key: Hashable, place: int, now: datetime) -> Shown | None:
        """Return what was shown for a key, if the log still ends at that place."""
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or kept.place != place or not kept.since <= now < kept.until:
            return None
        return kept.shown

    def keep(
        self, key: Hashable, place: int, shown: Shown, *, since: datetime, until: datetime
    ) -> None:
        """Keep what is shown for a key, for as long as it holds."""
        kept = _Kept(shown, place, since, until)
        with self._lock:
            if _size(kept) <= self._kept.maxsize:
                self._kept[key] = kept


def _size(kept: _Kept) -> int:
    body = len(kept.shown.body)
    return body + body // PACKS
