"""Listing: paging through what was updated, one window after the other.

A pass that is cut off goes on where it stopped; one that fails moves nothing. ReturnGO's own
recipe: a recurring job with `rma_updated_at=gte:<last run>`.
"""

from collections.abc import Mapping
from datetime import datetime

import structlog

from connector.clock import Clock
from connector.feed.changes import Change, Row
from connector.feed.intake import OVERLAP, Intake
from connector.feed.interests import CLOCK_DOUBT, Wanted
from connector.feed.lease import NO_PASS, Lease
from connector.feed.pace import Pace
from connector.feed.sources import SOURCES
from connector.feed.streams import Stream, Streams
from connector.feed.things import Things
from connector.feed.trust import is_trusted, was_silent
from connector.returngo import BadRequest, ReturnGO, Rows
from connector.store import Store

# Finding the RMAs of a page's transactions may take so long, with the last call well below a lease.
SECONDS_FOR_RMAS = 20.0

log = structlog.get_logger()


class Listing:
    """Lists a stream to the end of its window and records what the rows tell."""

    def __init__(
        self,
        store: Store,
        streams: Streams,
        things: Things,
        intake: Intake,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._store = store
        self._streams = streams
        self._things = things
        self._intake = intake
        self._pace = pace
        self._clock = clock

    def run(self, lease: Lease, returngo: ReturnGO, wanted: Wanted) -> list[Change]:
        """Read page after page, and answer what is news.

        Raises ReturnGOError, LeaseLost, StoreUnavailable.
        """
        news: list[Change] = []
        more = True
        while more:
            stream = self._streams.get(lease.stream_id)
            told, more = self._list_page(lease, returngo, stream, wanted)
            news += told
        return news

    def _list_page(
        self, lease: Lease, returngo: ReturnGO, stream: Stream, wanted: Wanted
    ) -> tuple[list[Change], bool]:
        """Read one page and record it; answer what is news, and whether there are more pages."""
        asked_at = self._clock.now()
        page = self._page(lease, returngo, stream)
        started_at = stream.pass_started_at or asked_at
        next_since = stream.pass_next_since or _next_since(stream, page, asked_at)
        rmas = self._rmas(lease, returngo, stream, page, wanted)
        next_look = self._pace.watch(stream.key_id) if is_trusted(stream) else None
        now = self._clock.now()
        with self._store.write() as database:
            if page.next_cursor is not None:
                lease.update(
                    database,
                    now,
                    pass_started_at=started_at,
                    pass_next_since=next_since,
                    pass_cursor=page.next_cursor,
                )
            else:
                lease.update(
                    database,
                    now,
                    since=next_since,
                    fresh_at=started_at,
                    **NO_PASS,
                )
            news = self._intake.take_rows(database, stream, page.rows, wanted, now, rmas=rmas)
            if next_look is not None and was_silent(news, page.date or asked_at):
                log.warning("feed.webhooks_silent", stream=stream.id, shop=stream.shop)
                lease.update(database, now, missed_at=now)
                self._things.hasten(database, stream, now + next_look)
        return news, page.next_cursor is not None

    def _page(self, lease: Lease, returngo: ReturnGO, stream: Stream) -> Rows:
        cursor = stream.pass_cursor
        try:
            page = SOURCES[stream.resource].rows(
                returngo, updated_since=stream.since, cursor=cursor
            )
        except BadRequest as error:
            if cursor is None:
                raise
            self._restart_pass(lease)
            raise BadRequest(
                "ReturnGO refused its own cursor.", request_id=error.request_id
            ) from error
        if page.next_cursor is not None and page.next_cursor == cursor:
            self._restart_pass(lease)
            raise BadRequest("ReturnGO's cursor does not move.")
        return page

    def _rmas(
        self, lease: Lease, returngo: ReturnGO, stream: Stream, page: Rows, wanted: Wanted
    ) -> Mapping[str, Row]:
        """Find the RMAs of what is news on a page, where its rows do not name them."""
        find = SOURCES[stream.resource].rmas_of
        if find is None:
            return {}
        now = self._clock.now()
        with self._store.write() as database:
            lease.update(database, now)
            news = self._intake.news(database, stream, page.rows, wanted)
        if not news:
            return {}
        most_calls = self._pace.calls_for_rmas(stream.key_id)
        return find(returngo, news, most_calls=most_calls, seconds=SECONDS_FOR_RMAS)

    def _restart_pass(self, lease: Lease) -> None:
        with self._store.write() as database:
            lease.update(database, self._clock.now(), **NO_PASS)


def _next_since(stream: Stream, page: Rows, asked_at: datetime) -> datetime:
    """Choose where the next window starts: at this one's first page, by ReturnGO's clock.

    [A] date-header
    """
    start = asked_at - CLOCK_DOUBT if page.date is None else page.date - OVERLAP
    return max(stream.since, start)
