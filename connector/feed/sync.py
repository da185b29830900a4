"""One reading of one stream: page through what was updated, then fetch the details that are wanted.

A reading that is cut off goes on where it stopped; one that fails moves nothing. ReturnGO's recipe:
a recurring job with `rma_updated_at=gte:<last run>` (returngo-api.md, Basics, ETL).
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from connector.blocks import Resource
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.recorder import Recorder
from connector.feed.streams import NO_FAILURE, NO_PASS, Failure, Lease, LeaseLost, Stream, Streams
from connector.returngo import (
    BadRequest,
    DayQuotaReached,
    KeyRefused,
    NotFound,
    ReturnGO,
    ReturnGOError,
    ShopRefused,
    Unavailable,
    Upstream,
)
from connector.returngo.answers import Page
from connector.store import Store, StoreUnavailable
from connector.store.tables import event

# Rows that ReturnGO shows late still fall into the next window.
OVERLAP = timedelta(minutes=5)
# Without ReturnGO's own Date, the bridge's clock must do, which may be off.
BLIND_OVERLAP = timedelta(minutes=20)
DETAILS_PATIENCE = timedelta(hours=1)
# So many things that cannot be shown, one after the other: then it is ReturnGO that is down.
DOWN_AFTER = 3

log = structlog.get_logger()


class Sync:
    """Reads streams, one at a time each, whoever asks."""

    def __init__(
        self, store: Store, streams: Streams, recorder: Recorder, upstream: Upstream, clock: Clock
    ) -> None:
        self._store = store
        self._streams = streams
        self._recorder = recorder
        self._upstream = upstream
        self._clock = clock

    def run(
        self, connection: Connection, stream_id: int, *, is_stale: Callable[[Stream], bool]
    ) -> None:
        """Read a stream, unless somebody else does; what goes wrong is noted with the stream.

        `is_stale` is asked again once the stream is one's own. Raises StoreUnavailable.
        """
        lease = self._streams.acquire(stream_id)
        if lease is None:
            return
        try:
            stream = self._streams.get(stream_id)
            returngo = self._upstream.open(connection, stream.shop, reading=True)
            if is_stale(stream):
                self._list(lease, returngo)
            self._fetch_details(lease, returngo)
        except LeaseLost:
            log.warning("feed.lease_lost", stream=stream_id)
        except StoreUnavailable:
            raise
        except Exception as error:
            # Whatever it is: without a pause, each poll would ask for the same again.
            self._note_failure(lease, error)
            if not isinstance(error, ReturnGOError):
                raise
        finally:
            self._streams.release(lease)

    def _list(self, lease: Lease, returngo: ReturnGO) -> None:
        more = True
        while more:
            more = self._list_page(lease, returngo, self._streams.get(lease.stream_id))

    def _list_page(self, lease: Lease, returngo: ReturnGO, stream: Stream) -> bool:
        """Read one page and record it; tell whether there are more."""
        asked_at = self._clock.now()
        page = self._page(lease, returngo, stream)
        started_at = stream.pass_started_at or asked_at
        next_since = stream.pass_next_since or _next_since(stream, page, asked_at)
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
            self._recorder.record_rows(database, stream, page.rows, now)
        return page.next_cursor is not None

    def _page(self, lease: Lease, returngo: ReturnGO, stream: Stream) -> Page:
        read = {
            Resource.RMAS: returngo.list_rmas,
            Resource.TRANSACTIONS: returngo.list_transactions,
        }[stream.resource]
        cursor = stream.pass_cursor
        try:
            page = read(updated_since=stream.since, cursor=cursor)
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

    def _restart_pass(self, lease: Lease) -> None:
        with self._store.write() as database:
            lease.update(database, self._clock.now(), **NO_PASS)

    def _fetch_details(self, lease: Lease, returngo: ReturnGO) -> None:
        """Complete what waits, oldest first: one call a thing, however many events it has."""
        stream = self._streams.get(lease.stream_id)
        trouble: Unavailable | None = None
        in_a_row = 0
        for resource_id, found_at in self._waiting(stream):
            try:
                self._fetch_thing(lease, returngo, stream, resource_id, found_at)
                in_a_row = 0
            except Unavailable as error:
                # One thing that ReturnGO cannot show must not hold up all the others.
                in_a_row += 1
                if in_a_row == DOWN_AFTER:
                    raise
                now = self._clock.now()
                if found_at > now - DETAILS_PATIENCE:
                    trouble = error
                with self._store.write() as database:
                    lease.update(database, now)
        if trouble is not None:
            raise trouble
        if stream.ready_at is None or stream.failure is not None:
            now = self._clock.now()
            with self._store.write() as database:
                lease.update(database, now, ready_at=stream.ready_at or now, **NO_FAILURE)

    def _fetch_thing(
        self,
        lease: Lease,
        returngo: ReturnGO,
        stream: Stream,
        resource_id: str,
        found_at: datetime,
    ) -> None:
        try:
            details = returngo.get_rma(resource_id)
        except (NotFound, BadRequest):
            # Perhaps it is only late to appear.
            if found_at < self._clock.now() - DETAILS_PATIENCE:
                with self._store.write() as database:
                    lease.update(database, self._clock.now())
                    self._recorder.give_up(database, stream, resource_id)
            return
        if not isinstance(details.get("rmaSummary"), Mapping):
            raise Unavailable("ReturnGO answered with something that is not an RMA.")
        now = self._clock.now()
        with self._store.write() as database:
            lease.update(database, now)
            self._recorder.record_details(database, stream, resource_id, details, now)

    def _waiting(self, stream: Stream) -> list[tuple[str, datetime]]:
        with self._store.read() as database:
            rows = database.execute(
                select(event.c.resource_id, event.c.found_at)
                .where(event.c.stream_id == stream.id, event.c.seq.is_(None))
                .order_by(event.c.occurred_at, event.c.id)
            ).all()
        first_found: dict[str, datetime] = {}
        for resource_id, found_at in rows:
            first_found.setdefault(resource_id, found_at)
        return list(first_found.items())

    def _note_failure(self, lease: Lease, error: Exception) -> None:
        failure = _failure(error)
        # Only ReturnGO's errors are known to hold nothing of what customers wrote.
        reason = str(error) if isinstance(error, ReturnGOError) else type(error).__name__
        log.warning("feed.sync_failed", stream=lease.stream_id, failure=failure, reason=reason)
        try:
            self._streams.fail(lease, failure)
        except LeaseLost:
            log.warning("feed.lease_lost", stream=lease.stream_id)


def _failure(error: Exception) -> Failure:
    match error:
        case KeyRefused():
            return Failure.KEY_REFUSED
        case ShopRefused():
            return Failure.SHOP_REFUSED
        case DayQuotaReached():
            return Failure.QUOTA
        case _:
            return Failure.UNAVAILABLE


def _next_since(stream: Stream, page: Page, asked_at: datetime) -> datetime:
    """Choose where the next window starts: at this one's first page, by ReturnGO's clock.

    [A] ReturnGO stamps updates with the same clock as the Date of its answers.
    """
    start = asked_at - BLIND_OVERLAP if page.date is None else page.date - OVERLAP
    return max(stream.since, start)
