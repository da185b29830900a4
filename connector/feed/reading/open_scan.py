"""The scan of what is open: the list of open RMAs, compared with what was seen last.

Whatever moves `events` and `lastUpdated` at ReturnGO, and whatever does not: an RMA that is open
stands in this list with its status, 500 to a call. What left it was done, rejected or canceled, and
its details tell which. [A] open-list-is-whole
"""

from dataclasses import dataclass

import structlog

from connector.clock import MAX_CLOCK_SKEW, Clock
from connector.feed.pace.pace import Pace
from connector.feed.reading.ingest import RmaIngest
from connector.feed.reading.next_look import WINDOW_OVERLAP
from connector.feed.reading.pages import CursorRefused, read_page
from connector.feed.reading.reading import Reading
from connector.feed.streams.lease import NO_SCAN
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.streams import Streams
from connector.returngo import BadRequest, ReturnGO, Rows
from connector.store import Store
from schemas.words import OPEN_RMA_STATUSES

log = structlog.get_logger()


@dataclass(frozen=True)
class OpenScan:
    """Lists what is open in a shop, to the end, and records what has changed."""

    store: Store
    streams: Streams
    tracked: TrackedThings
    ingest: RmaIngest
    pace: Pace
    clock: Clock

    def run(self, reading: Reading) -> bool:
        """Read page after page; a scan that is cut off goes on where it stopped.

        Return whether ReturnGO has such a list: where it refuses it, what was updated has to do.
        Raises ReturnGOError, LeaseLost, StoreUnavailable.
        """
        more = True
        while more:
            reading = reading.at(self.streams.get(reading.stream.id))
            try:
                more = self._take_page(reading)
            except CursorRefused:
                raise
            except BadRequest as error:
                log.exception("feed.open_list_refused", shop=reading.stream.shop, reason=str(error))
                return False
        return True

    def _take_page(self, reading: Reading) -> bool:
        """Read one page and record it; return whether there are more."""
        stream, lease, wanted = reading.stream, reading.lease, reading.wanted
        asked_at = self.clock.now()
        page = self._page(reading)
        is_first = stream.open_started_at is None
        started_at = min(asked_at, stream.open_started_at or asked_at)
        # By the clock that stamps what happens; rows that ReturnGO shows late are no surprise.
        date = stream.open_date or (asked_at - MAX_CLOCK_SKEW if page.date is None else page.date)
        scan = stream.scan + is_first
        pages = 1 if is_first else stream.open_pages + 1
        today = self.pace.today(stream.key_id)
        next_look, is_short = today.watch_of(stream, wanted), today.is_short
        span = today.watch(more=len(page.rows))
        now = self.clock.now()
        with self.store.write() as database:
            if page.next_cursor is not None:
                lease.update(
                    database,
                    now,
                    scan=scan,
                    open_started_at=started_at,
                    open_date=date,
                    open_cursor=page.next_cursor,
                    open_pages=pages,
                )
            else:
                lease.update(
                    database,
                    now,
                    scan=scan,
                    fresh_at=started_at,
                    open_scanned_at=started_at,
                    not_open_at=date - WINDOW_OVERLAP,
                    open_pages=pages,
                    scans=stream.scans + 1,
                    **NO_SCAN,
                )
            self.ingest.rmas(
                database,
                stream,
                page.rows,
                wanted,
                now,
                next_look=next_look,
                is_short=is_short,
                scan=scan,
                span=span,
            )
            if page.next_cursor is None:
                gone = self.tracked.leave(database, stream, scan, now, read=wanted.wants_statuses)
                if gone:
                    log.info("feed.left_open_list", shop=stream.shop, rmas=gone)
        return page.next_cursor is not None

    def _page(self, reading: Reading) -> Rows:
        try:
            return read_page(
                ReturnGO.list_rmas,
                reading.returngo,
                cursor=reading.stream.open_cursor,
                status=OPEN_RMA_STATUSES,
            )
        except CursorRefused:
            with self.store.write() as database:
                reading.lease.update(database, self.clock.now(), **NO_SCAN)
            raise
