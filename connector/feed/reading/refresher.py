"""Reading happens because somebody asks: whoever asks waits a little, one thread a stream reads."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars, get_contextvars

from connector.blocks import Topic
from connector.budget import Balance
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.pace.pace import Pace
from connector.feed.reading.sync import Sync
from connector.feed.streams.looks import SharedLooks
from connector.feed.streams.stream import Stream
from connector.feed.streams.streams import Streams
from connector.store import StoreBusy, StoreUnavailable
from connector.threads import MOST_WAITING, Bulkhead

STREAM_LOOK_EVERY = 0.05  # seconds between two looks at a stream that somebody reads
READERS = 8
# What somebody else reads, and can be shown as it was, is waited for as long as a reading takes
# that has nothing to tell: with many callers, one waits for news, and the others pass.
WAIT_FOR_OTHERS = timedelta(seconds=0.8)
# A database that was busy for a moment makes what is shown a little older; one that takes nothing
# in for so long is said.
BUSY_FOR = timedelta(seconds=10)

log = structlog.get_logger()


@dataclass(frozen=True)
class _Outage:
    """A database that took nothing in: from `since` on, up to the reading that failed `last`."""

    error: StoreUnavailable
    since: datetime
    last: datetime

    @property
    def lasts(self) -> bool:
        """Whether it is more than a moment in which others wrote."""
        return self.last - self.since >= BUSY_FOR


class Refresher:
    """Keeps streams fresh on demand. One object a process, made after the fork.

    `pace` says how long a stream counts as fresh. `pool` runs the readings, in threads unless
    given; `after_reading` follows each.
    """

    def __init__(
        self,
        streams: Streams,
        sync: Sync,
        pace: Pace,
        clock: Clock,
        *,
        pool: Executor | None = None,
        after_reading: Callable[[], None] = lambda: None,
    ) -> None:
        self._after_reading = after_reading
        self._streams = streams
        self._sync = sync
        self._pace = pace
        self._clock = clock
        self._pool = pool or ThreadPoolExecutor(READERS, thread_name_prefix="sync")
        self._bulkhead = Bulkhead(MOST_WAITING)
        self._running: set[int] = set()
        self._outages: dict[int, _Outage] = {}
        self._looks = SharedLooks(streams, clock, timedelta(seconds=STREAM_LOOK_EVERY))
        self._lock = threading.Lock()

    def refresh(
        self, connection: Connection, shops: Iterable[str], topic: Topic, *, wait: timedelta
    ) -> list[Stream]:
        """Have the streams read that are due, and answer how they stand after at most `wait`.

        What is not read by then is read on in the background; where too many wait already, that
        is at once. What others read is waited for a moment only, if it can be shown as it was.
        Raises StoreUnavailable.
        """
        with self._bulkhead.take() as may_wait:
            return self._refresh(connection, shops, topic, wait if may_wait else timedelta())

    def settled(
        self,
        connection: Connection,
        shops: Sequence[str],
        topic: Topic,
        balance: Balance | None = None,
    ) -> list[Stream] | None:
        """Return the streams where nothing is due, nobody reads them and nothing is to be noted.

        Else None: then `refresh`. `balance` is the key's, if known. Raises StoreUnavailable.
        """
        streams = self._streams.look(connection, shops, topic)
        if streams is None:
            return None
        target = self._pace.today(connection.key_id, balance).lists
        now = self._clock.now()
        is_settled = not any(self._is_unsettled(stream, now, target) for stream in streams)
        return streams if is_settled else None

    def begin(self, connection: Connection, shops: Iterable[str], topic: Topic) -> None:
        """Have the streams read that are due, in the background. Raises StoreUnavailable."""
        target = self._pace.today(connection.key_id).lists
        for shop in shops:
            stream = self._streams.ask(connection, shop, topic)
            now = self._clock.now()
            if self._is_due(stream, now, target) and not stream.is_leased(now):
                self._start(connection, stream, target)

    def close(self) -> None:
        """Let running readings end, begin no more."""
        self._pool.shutdown(cancel_futures=True)

    def _refresh(
        self, connection: Connection, shops: Iterable[str], topic: Topic, wait: timedelta
    ) -> list[Stream]:
        streams = [self._streams.ask(connection, shop, topic) for shop in shops]
        self._forget_outages(streams)
        began = self._clock.now()
        until = began + wait
        target = self._pace.today(connection.key_id).lists
        is_reader = False
        # Counted as well: a clock that is set back must keep nobody waiting.
        looks_left = max(1, int(wait.total_seconds() / STREAM_LOOK_EVERY))
        while True:
            now = self._clock.now()
            unsettled = [stream for stream in streams if self._is_unsettled(stream, now, target)]
            if not unsettled or not looks_left:
                return streams
            for stream in unsettled:
                if not stream.is_leased(now):
                    is_reader |= self._start(connection, stream, target)
            self._clock.sleep(STREAM_LOOK_EVERY)
            is_busy = any(self._is_out_for_now(stream, began) for stream in unsettled)
            streams = [
                self._looks.get(stream.id, topic) if stream in unsettled else stream
                for stream in streams
            ]
            can_be_shown = all(stream.ready_at is not None for stream in unsettled)
            if can_be_shown and not is_reader:
                until = min(until, began + WAIT_FOR_OTHERS)
            ends = is_busy or self._clock.now() >= until
            looks_left = 0 if ends else looks_left - 1

    def _forget_outages(self, streams: Iterable[Stream]) -> None:
        """Forget those after which a reading has succeeded, whoever read."""
        for stream in streams:
            outage = self._outages.get(stream.id)
            if outage and stream.fresh_at and stream.fresh_at > outage.last:
                self._outages.pop(stream.id, None)

    def _is_out_for_now(self, stream: Stream, began: datetime) -> bool:
        """Whether the database took nothing in from a reading just now, but may in a moment.

        Raises StoreUnavailable where that lasts, where it is more than others who hold it, or where
        nothing of the stream can be shown: an answer from the log would hide that nothing can be
        added to it.
        """
        outage = self._outages.get(stream.id)
        if outage is None or outage.last < began:
            return False
        is_moment = isinstance(outage.error, StoreBusy) and not outage.lasts
        if not is_moment or stream.ready_at is None:
            raise StoreUnavailable(str(outage.error)) from outage.error
        return True

    def _is_unsettled(self, stream: Stream, now: datetime, target: timedelta) -> bool:
        return self._is_due(stream, now, target) or stream.is_listed(now)

    def _is_due(self, stream: Stream, now: datetime, target: timedelta) -> bool:
        if stream.waits(now):
            return False
        return stream.is_cut_off or stream.ready_at is None or self._is_stale(stream, now, target)

    def _is_stale(self, stream: Stream, now: datetime, target: timedelta) -> bool:
        age = stream.age(now)
        return age is None or age >= self._pace.list_of(stream, target)

    def _start(self, connection: Connection, stream: Stream, target: timedelta) -> bool:
        """Begin a reading; return whether there was none of this process."""
        with self._lock:
            if stream.id in self._running:
                return False
            self._running.add(stream.id)
        self._pool.submit(self._read_for, connection, stream.id, target, get_contextvars())
        return True

    def _read_for(
        self, connection: Connection, stream_id: int, target: timedelta, told: dict[str, Any]
    ) -> None:
        """Read, and log it with what the beginner's lines tell, such as the request's name."""
        with bound_contextvars(**told):
            self._read(connection, stream_id, target)

    def _read(self, connection: Connection, stream_id: int, target: timedelta) -> None:
        try:
            self._sync.run(
                connection,
                stream_id,
                is_stale=lambda stream: self._is_stale(stream, self._clock.now(), target),
            )
            self._after_reading()
        except StoreUnavailable as error:
            log.warning("feed.store_unavailable", stream=stream_id, reason=str(error))
            now = self._clock.now()
            before = self._outages.get(stream_id)
            since = now if before is None else min(before.since, now)
            self._outages[stream_id] = _Outage(error, since, now)
        except Exception:
            # the thread's last stop: nobody else would hear of it
            log.exception("feed.sync_crashed", stream=stream_id)
        finally:
            with self._lock:
                self._running.discard(stream_id)
