"""Reading happens because somebody asks: whoever asks waits a little, one thread a stream reads."""

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from connector.blocks import Topic
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.pace.pace import Pace
from connector.feed.reading.sync import Sync
from connector.feed.streams.stream import Stream
from connector.feed.streams.streams import Streams
from connector.store import StoreUnavailable
from connector.threads import MOST_WAITING, Places

LOOK_EVERY = 0.05  # seconds between two looks at a stream that somebody reads
READERS = 8

log = structlog.get_logger()


class Refresher:
    """Keeps streams fresh on demand. One object a process, made after the fork.

    `pace` says how long a stream counts as fresh. `pool` runs the readings, in threads unless
    given.
    """

    def __init__(
        self,
        streams: Streams,
        sync: Sync,
        pace: Pace,
        clock: Clock,
        *,
        pool: Executor | None = None,
    ) -> None:
        self._streams = streams
        self._sync = sync
        self._pace = pace
        self._clock = clock
        self._pool = pool or ThreadPoolExecutor(READERS, thread_name_prefix="sync")
        self._places = Places(MOST_WAITING)
        self._running: set[int] = set()
        self._outages: dict[int, StoreUnavailable] = {}
        self._lock = threading.Lock()

    def refresh(
        self, connection: Connection, shops: Iterable[str], topic: Topic, *, wait: timedelta
    ) -> list[Stream]:
        """Have the streams read that are due, and answer how they stand after at most `wait`.

        What is not read by then is read on in the background; where too many wait already, that
        is at once. Raises StoreUnavailable.
        """
        with self._places.take() as may_wait:
            return self._refresh(connection, shops, topic, wait if may_wait else timedelta())

    def settled(
        self, connection: Connection, shops: Sequence[str], topic: Topic
    ) -> list[Stream] | None:
        """Answer the streams where nothing is due, nobody reads them and nothing is to be noted.

        Else None: then `refresh`. Raises StoreUnavailable.
        """
        streams = self._streams.look(connection, shops, topic)
        if streams is None:
            return None
        target = self._pace.lists(connection.key_id)
        now = self._clock.now()
        is_settled = not any(self._is_unsettled(stream, now, target) for stream in streams)
        return streams if is_settled else None

    def begin(self, connection: Connection, shops: Iterable[str], topic: Topic) -> None:
        """Have the streams read that are due, in the background. Raises StoreUnavailable."""
        target = self._pace.lists(connection.key_id)
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
        until = self._clock.now() + wait
        target = self._pace.lists(connection.key_id)
        # Counted as well: a clock that is set back must keep nobody waiting.
        looks_left = max(1, int(wait.total_seconds() / LOOK_EVERY))
        while True:
            now = self._clock.now()
            unsettled = [stream for stream in streams if self._is_unsettled(stream, now, target)]
            if not unsettled or not looks_left:
                return streams
            for stream in unsettled:
                if not stream.is_leased(now):
                    self._start(connection, stream, target)
            self._clock.sleep(LOOK_EVERY)
            for stream in unsettled:
                if stream.id in self._outages:
                    # an answer from the log would hide that nothing can be added to it
                    raise StoreUnavailable(str(self._outages[stream.id]))
            streams = [
                self._streams.get(stream.id, topic) if stream in unsettled else stream
                for stream in streams
            ]
            looks_left = looks_left - 1 if self._clock.now() < until else 0

    def _is_unsettled(self, stream: Stream, now: datetime, target: timedelta) -> bool:
        return self._is_due(stream, now, target) or stream.is_listed(now)

    def _is_due(self, stream: Stream, now: datetime, target: timedelta) -> bool:
        if stream.waits(now):
            return False
        return stream.is_cut_off or stream.ready_at is None or self._is_stale(stream, now, target)

    def _is_stale(self, stream: Stream, now: datetime, target: timedelta) -> bool:
        age = stream.age(now)
        return age is None or age >= self._pace.list_of(stream, target)

    def _start(self, connection: Connection, stream: Stream, target: timedelta) -> None:
        with self._lock:
            if stream.id in self._running:
                return
            self._running.add(stream.id)
            self._outages.pop(stream.id, None)
        self._pool.submit(self._read, connection, stream.id, target)

    def _read(self, connection: Connection, stream_id: int, target: timedelta) -> None:
        try:
            self._sync.run(
                connection,
                stream_id,
                is_stale=lambda stream: self._is_stale(stream, self._clock.now(), target),
            )
        except StoreUnavailable as error:
            log.warning("feed.store_unavailable", stream=stream_id, reason=str(error))
            self._outages[stream_id] = error
        except Exception:
            # the thread's last stop: nobody else would hear of it
            log.exception("feed.sync_crashed", stream=stream_id)
        finally:
            with self._lock:
                self._running.discard(stream_id)
