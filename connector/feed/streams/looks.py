"""Looks at streams that somebody reads: one for all of a process who wait for it."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cachetools import LRUCache

from connector.blocks import Topic
from connector.clock import Clock
from connector.feed.streams.stream import Stream
from connector.feed.streams.streams import Streams

MOST_LOOKED_AT = 1024  # streams and topics of them that anybody may wait for at a time


@dataclass
class _Look:
    """What was seen last, and when. Whoever holds the lock looks; the others see what it saw."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    stream: Stream | None = None
    at: datetime | None = None


class SharedLooks:
    """Looks at a stream once in a while, `every` so long, for all who ask; safe among threads."""

    def __init__(self, streams: Streams, clock: Clock, every: timedelta) -> None:
        self._streams = streams
        self._clock = clock
        self._every = every
        self._looks: LRUCache[tuple[int, Topic], _Look] = LRUCache(MOST_LOOKED_AT)
        self._lock = threading.Lock()

    def get(self, stream_id: int, topic: Topic) -> Stream:
        """Return a stream as it stood a moment ago at most. Raises StoreUnavailable."""
        with self._lock:
            look = self._looks.setdefault((stream_id, topic), _Look())
        with look.lock:
            now = self._clock.now()
            is_recent = look.at is not None and look.at <= now < look.at + self._every
            if look.stream is None or not is_recent:
                look.stream, look.at = self._streams.get(stream_id, topic), now
            return look.stream
