"""The census: which returns were open, though quiet, when somebody first asked for their parts.

No window of updates shows them, and what happens to a parcel or in a comment moves no window.
"""

from dataclasses import replace

import structlog

from connector.blocks import Resource
from connector.clock import Clock
from connector.feed.changes import moves_of, status_of
from connector.feed.interests import Wanted
from connector.feed.lease import Lease
from connector.feed.pace import Pace
from connector.feed.sources import SOURCES
from connector.feed.streams import Stream, Streams
from connector.feed.things import Thing, Things
from connector.returngo import BadRequest, ReturnGO
from connector.store import Store
from schemas.words import OPEN_RMA_STATUSES

log = structlog.get_logger()

MOST_PAGES = 20  # of 500: nobody has more open returns than calls


class Census:
    """Finds open returns that are not known yet, once for all who ask."""

    def __init__(
        self, store: Store, streams: Streams, things: Things, pace: Pace, clock: Clock
    ) -> None:
        self._store = store
        self._streams = streams
        self._things = things
        self._pace = pace
        self._clock = clock

    def run(self, lease: Lease, returngo: ReturnGO, wanted: Wanted) -> None:
        """List what is open, if that was not done since somebody first asked.

        Raises ReturnGOError, LeaseLost, StoreUnavailable; then it is begun anew next time.
        """
        if wanted.asked_from is None:
            return
        stream = self._streams.get(lease.stream_id)
        if stream.resource is not Resource.RMAS:
            return
        if stream.counted_at is not None and stream.counted_at >= wanted.asked_from:
            return
        cursor = None
        try:
            for _ in range(MOST_PAGES):
                page = returngo.list_rmas(status=OPEN_RMA_STATUSES, cursor=cursor)
                self._take(lease, stream, page.rows, wanted)
                cursor = page.next_cursor
                if cursor is None:
                    break
        except BadRequest as error:
            # Asking again changes nothing; what moves is followed all the same.
            log.exception("feed.census_refused", shop=stream.shop, reason=str(error))
        with self._store.write() as database:
            now = self._clock.now()
            lease.update(database, now, counted_at=now)

    def _take(
        self, lease: Lease, stream: Stream, rows: list[dict[str, object]], wanted: Wanted
    ) -> None:
        source = SOURCES[stream.resource]
        by_id = {source.resource_id(row): row for row in rows}
        listed = {resource_id: row for resource_id, row in by_id.items() if resource_id is not None}
        with self._store.write() as database:
            now = self._clock.now()
            lease.update(database, now)
            known = self._things.known(database, stream, listed)
            found = [
                replace(
                    known.get(resource_id)
                    or Thing(resource_id=resource_id, status=status_of(row), moves=moves_of(row)),
                    watched_from=wanted.asked_from,
                )
                for resource_id, row in sorted(listed.items())
                if resource_id not in known or known[resource_id].is_quiet
            ]
            # One after the other, so that a shop with many does not spend the day at once.
            span = self._pace.watch(stream.key_id, more=len(found))
            for place, thing in enumerate(found, start=1):
                due_at = now + span * place / len(found)
                self._things.remember(database, stream, replace(thing, due_at=due_at))
