"""Listing what was updated, one window after the other.

A pass that is cut off goes on where it stopped; one that fails moves nothing. ReturnGO's own
recipe: a recurring job with `rma_updated_at=gte:<last run>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection as Database

from connector.blocks import Kind, Resource
from connector.clock import MAX_CLOCK_SKEW, Clock
from connector.feed.changes.change import Change
from connector.feed.changes.resources import SOURCES
from connector.feed.pace.pace import Pace
from connector.feed.pace.today import NextLook
from connector.feed.pace.webhook_health import is_trusted, was_silent
from connector.feed.reading.ingest import RmaIngest
from connector.feed.reading.next_look import WINDOW_OVERLAP
from connector.feed.reading.owners import Owners
from connector.feed.reading.pages import CursorRefused, read_page
from connector.feed.reading.reading import Reading
from connector.feed.reading.remembered import Remembered
from connector.feed.reading.transactions import TransactionIngest
from connector.feed.streams.lease import NO_PASS
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.stream import Stream
from connector.feed.streams.streams import Streams
from connector.feed.streams.tracked import CLOSED
from connector.returngo import Rows
from connector.store import Store

log = structlog.get_logger()


@dataclass(frozen=True)
class Listing:
    """Lists a stream to the end of its window and records what the rows tell."""

    store: Store
    streams: Streams
    tracked: TrackedThings
    ingest: RmaIngest
    money: TransactionIngest
    owners: Owners
    pace: Pace
    clock: Clock

    def run(self, reading: Reading) -> list[Change]:
        """Read page after page, and return what is news.

        Raises ReturnGOError, LeaseLost, StoreUnavailable.
        """
        news: list[Change] = []
        more = True
        while more:
            reading = reading.at(self.streams.get(reading.stream.id))
            told, more = self._list_page(reading)
            news += told
        return news

    def _list_page(self, reading: Reading) -> tuple[list[Change], bool]:
        """Read one page and record it; return what is news, and whether there are more pages."""
        stream, lease = reading.stream, reading.lease
        asked_at = self.clock.now()
        page = self._page(reading)
        started_at = stream.pass_started_at or asked_at
        next_since = stream.pass_next_since or _next_since(stream, page, asked_at)
        rmas = self._rmas(reading, page)
        now = self.clock.now()
        today = self.pace.today(stream.key_id)
        silent_look = today.watch() if is_trusted(stream, now) else None
        next_look, is_short = today.watch_of(stream, reading.wanted), today.is_short
        with self.store.write() as database:
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
                    database, now, since=next_since, fresh_at=started_at, scans=0, **NO_PASS
                )
            news = self._take(database, reading, page, rmas, now, next_look, is_short=is_short)
            if _tells_of_its_own(stream, news):
                lease.update(database, now, updates_told_at=now)
            if silent_look is not None and was_silent(news, page.date or asked_at):
                log.warning("feed.webhooks_silent", stream=stream.id, shop=stream.shop)
                lease.update(database, now, missed_at=now)
                self.tracked.hasten(database, stream, now + silent_look)
        return news, page.next_cursor is not None

    def _take(
        self,
        database: Database,
        reading: Reading,
        page: Rows,
        rmas: Mapping[str, Remembered],
        now: datetime,
        next_look: NextLook,
        *,
        is_short: bool,
    ) -> list[Change]:
        stream, wanted = reading.stream, reading.wanted
        if SOURCES[stream.resource].has_details:
            return self.ingest.rmas(
                database, stream, page.rows, wanted, now, next_look=next_look, is_short=is_short
            )
        return self.money.take(database, stream, page.rows, wanted, now, rmas=rmas)

    def _page(self, reading: Reading) -> Rows:
        stream = reading.stream
        try:
            return read_page(
                SOURCES[stream.resource].rows,
                reading.returngo,
                cursor=stream.pass_cursor,
                updated_since=stream.since,
            )
        except CursorRefused:
            with self.store.write() as database:
                reading.lease.update(database, self.clock.now(), **NO_PASS)
            raise

    def _rmas(self, reading: Reading, page: Rows) -> Mapping[str, Remembered]:
        """Find the RMAs of what is news on a page, where its rows do not name them."""
        stream = reading.stream
        if SOURCES[stream.resource].has_details:
            return {}
        with self.store.write() as database:
            reading.lease.update(database, self.clock.now())
            news = self.money.of_note(database, stream, page.rows, reading.wanted)
        return self.owners.details_of(reading, news)


def _tells_of_its_own(stream: Stream, news: list[Change]) -> bool:
    """Whether there is news of an RMA that no list of what is open has held."""
    is_of_rmas = stream.resource is Resource.RMAS and stream.open_scanned_at is not None
    return is_of_rmas and any(
        change.kind is Kind.RMA_CREATED and change.status in CLOSED for change in news
    )


def _next_since(stream: Stream, page: Rows, asked_at: datetime) -> datetime:
    """Choose where the next window starts: at this one's first page, by ReturnGO's clock.

    [A] date-header
    """
    start = asked_at - MAX_CLOCK_SKEW if page.date is None else page.date - WINDOW_OVERLAP
    return max(stream.since, start)
