"""Rendered events: each is opened and written as JSON once for all the pages that show it."""

import threading
from collections.abc import Hashable

from cachetools import LRUCache, cached

from connector.blocks import Rendered, Trigger
from connector.feed.log.entries import Entry

BESIDE = 512  # bytes that an event takes beside its JSON


class RenderedEvents:
    """Keeps what was rendered, `size` bytes of it at most; safe among threads."""

    def __init__(self, size: int) -> None:
        kept: LRUCache[Hashable, Rendered] = LRUCache(size, getsizeof=_size)
        self._of = cached(kept, key=_key, lock=threading.Lock())(_render)

    def of(self, connection: str, trigger: Trigger, entry: Entry, *, raw: bool) -> Rendered:
        """Show an event of a connection's log as a trigger does. Raises WrongSecretKey."""
        return self._of(connection, trigger, entry, raw)


def _render(_connection: str, trigger: Trigger, entry: Entry, raw: bool) -> Rendered:
    return trigger.render(entry.event, raw=raw)


def _key(connection: str, trigger: Trigger, entry: Entry, raw: bool) -> Hashable:
    # Not by the number of its row: SQLite gives that of a deleted event to the next one.
    return connection, trigger, entry.seq, raw


def _size(rendered: Rendered) -> int:
    return len(rendered.json) + BESIDE
