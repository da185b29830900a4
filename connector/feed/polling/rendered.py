"""Rendered events: each is opened and written as JSON once for all the pages that show it."""

import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache

from connector.blocks import Trigger, to_json
from connector.feed.log.entries import Entry

BESIDE = 512  # bytes that an event takes beside its JSON


@dataclass(frozen=True)
class Rendered:
    """An event as a trigger shows it: its `json`, and the `facets` by which filters find it.

    Without facets, it is none of the trigger's.
    """

    json: bytes
    facets: frozenset[tuple[str, Any]] | None

    def passes(self, sought: Iterable[tuple[str, Any]]) -> bool:
        """Whether it is one of the trigger's and has all the facets that are sought."""
        return self.facets is not None and self.facets.issuperset(sought)


class RenderedEvents:
    """Keeps what was rendered, `size` bytes of it at most; safe among threads."""

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Hashable, Rendered] = LRUCache(size, getsizeof=_size)
        self._lock = threading.Lock()

    def of(self, trigger: Trigger, entry: Entry, *, raw: bool) -> Rendered:
        """Show an event as a trigger does. Raises WrongSecretKey."""
        key = (trigger, entry.id, raw)
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            kept = _render(trigger, entry, raw=raw)
            with self._lock:
                if _size(kept) <= self._kept.maxsize:
                    self._kept[key] = kept
        return kept


def _render(trigger: Trigger, entry: Entry, *, raw: bool) -> Rendered:
    shown = trigger.show_event(entry.event, raw=raw)
    is_taken = trigger.admits(shown, {})
    return Rendered(to_json(shown), frozenset(trigger.facets(shown)) if is_taken else None)


def _size(rendered: Rendered) -> int:
    return len(rendered.json) + BESIDE
