"""Backfill: bringing in what happened before the first contact with a shop, on request.

It calls ReturnGO beside a running bridge and takes no lease: what it remembers, it writes between
two readings, so that it never speaks of an older time than what the feed reads next.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection as Database

from connector.blocks import Resource
from connector.budget import Purpose
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.backfill.history import History
from connector.feed.backfill.jobs import BackfillJob, Backlog
from connector.feed.changes.resources import SOURCES
from connector.feed.log.writer import Writer
from connector.feed.pace.pace import Pace, spare_call
from connector.feed.reading.details import DOWN_AFTER
from connector.feed.reading.ingest import RmaIngest
from connector.feed.reading.pages import CursorRefused, read_page
from connector.feed.reading.transactions import TransactionIngest
from connector.feed.reading.whole import read_whole
from connector.feed.streams.interests import Interests
from connector.feed.streams.lease import while_unread
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.streams import Streams
from connector.returngo import (
    BadRequest,
    NotFound,
    ReturnGO,
    Rows,
    Unavailable,
    Upstream,
)
from connector.store import Store
from schemas.of_rma import of_rma
from schemas.reading import rows as rows_in

TRANSACTIONS_AT_ONCE = 100  # transactions in one transaction of the database

log = structlog.get_logger()


@dataclass(frozen=True)
class Progress:
    """How far a backfill has got: `done` of `total`, which is None until all is listed.

    Reading has so many `calls_left` today, and `calls_a_day` from tomorrow on.
    """

    shop: str
    resource: Resource
    done: int
    total: int | None
    calls_left: int
    calls_a_day: int

    @property
    def days_left(self) -> int:
        """How many more days it takes, as far as is known: 0 if today's calls suffice."""
        if self.total is None or self.resource is not Resource.RMAS:
            return 0  # what an RMA's details name costs nothing more
        lacking = self.total - self.done - self.calls_left
        return max(0, math.ceil(lacking / max(1, self.calls_a_day)))


@dataclass(frozen=True)
class Backfill:
    """Brings in the history of shops, and goes on where it was cut off."""

    store: Store
    streams: Streams
    interests: Interests
    tracked: TrackedThings
    writer: Writer
    ingest: RmaIngest
    money: TransactionIngest
    backlog: Backlog
    pace: Pace
    upstream: Upstream
    clock: Clock

    def run(
        self, connection: Connection, shop: str, since: datetime, *, emits: bool
    ) -> Iterator[Progress]:
        """Bring in what was created at or after `since`, step by step.

        It is remembered; with `emits` its events are let out, too. Raises ReturnGOError
        (DayQuotaReached when no calls are left for it) and StoreUnavailable; running it again goes
        on where it stopped.
        """
        returngo = self.upstream.open(connection, shop, Purpose.READING)
        rmas, transactions = (
            self.backlog.job(self.streams.find(connection, shop, each), since, emits=emits)
            for each in Resource
        )
        for job in (rmas, transactions):
            for listed in self._list(returngo, job):
                yield self._progress(job, listed, None)
        ids = self.backlog.ids(rmas)
        for done in self._read_all(returngo, rmas, transactions, ids):
            yield self._progress(rmas, done, len(ids))
        ids = self.backlog.ids(transactions)
        for start in range(0, len(ids), TRANSACTIONS_AT_ONCE):
            with self.store.write() as database:
                self._emit_transactions(
                    database, transactions, ids[start : start + TRANSACTIONS_AT_ONCE]
                )
            yield self._progress(
                transactions, min(start + TRANSACTIONS_AT_ONCE, len(ids)), len(ids)
            )

    def _list(self, returngo: ReturnGO, job: BackfillJob) -> Iterator[int]:
        """Remember what is listed, and keep what there is more to do about."""
        listed = 0
        while not job.is_listed:
            page = self._page(returngo, job)
            rows = SOURCES[job.stream.resource].by_id(page.rows)
            history = self._history(job)
            with while_unread(self.store, self.clock, job.stream.id) as database:
                if self.backlog.turn_page(database, job, page.next_cursor):
                    for resource_id, row in rows.items():
                        history.remember(database, resource_id, row)
                        if history.is_unfollowed(database, resource_id) or (
                            job.emits and history.is_untold(database, resource_id, row)
                        ):
                            self.backlog.put(database, job, resource_id, row)
            listed += len(rows)
            yield listed
            job = self.backlog.job(job.stream, job.since, emits=job.emits)

    def _page(self, returngo: ReturnGO, job: BackfillJob) -> Rows:
        spare_call(self.upstream.budget, returngo.caller.connection.key_id)
        rows = SOURCES[job.stream.resource].rows
        try:
            return read_page(rows, returngo, cursor=job.cursor, created_since=job.since)
        except CursorRefused:
            self.backlog.begin_anew(job)
            raise

    def _read_all(
        self, returngo: ReturnGO, rmas: BackfillJob, transactions: BackfillJob, ids: list[str]
    ) -> Iterator[int]:
        """Read details. One RMA that ReturnGO cannot show holds up nothing else."""
        failed = failed_in_a_row = 0
        for done, rma_id in enumerate(ids, start=1):
            try:
                self._read(returngo, rmas, transactions, rma_id)
                failed_in_a_row = 0
            except (NotFound, BadRequest) as error:
                log.warning("feed.backfill_skipped", resource_id=rma_id, reason=str(error))
                with self.store.write() as database:
                    self.backlog.take_out(database, rmas, rma_id)
            except Unavailable:
                failed, failed_in_a_row = failed + 1, failed_in_a_row + 1
                if failed_in_a_row == DOWN_AFTER:
                    raise
            yield done
        if failed:
            raise Unavailable(f"ReturnGO could not show {failed} of the RMAs of {returngo.shop}.")

    def _read(
        self, returngo: ReturnGO, rmas: BackfillJob, transactions: BackfillJob, rma_id: str
    ) -> None:
        spare_call(self.upstream.budget, returngo.caller.connection.key_id)
        details = read_whole(returngo, rma_id)
        history = self._history(rmas)
        next_look = self.pace.today(rmas.stream.key_id).watch()
        money = [str(each.get("id")) for each in rows_in(details, "transactions")]
        now = self.clock.now()
        with while_unread(self.store, self.clock, rmas.stream.id) as database:
            row = self.backlog.take_out(database, rmas, rma_id)
            if row is None:
                return  # another backfill was here
            if rmas.emits:
                history.emit(database, rma_id, row, details, now, has_parts=True)
                self._emit_transactions(database, transactions, money, rma=details)
            history.follow(database, rma_id, details, now, next_look=next_look)

    def _emit_transactions(
        self,
        database: Database,
        job: BackfillJob,
        ids: list[str],
        rma: dict[str, object] | None = None,
    ) -> None:
        history = self._history(job)
        for transaction_id in ids:
            row = self.backlog.take_out(database, job, transaction_id)
            if row is not None:
                body = row if rma is None else of_rma(row, rma)
                history.emit(database, transaction_id, row, body, self.clock.now())

    def _history(self, job: BackfillJob) -> History:
        wanted = self.interests.wanted(job.stream.id)
        is_of_rmas = job.stream.resource is Resource.RMAS
        ingest = self.ingest if is_of_rmas else self.money
        return History(job.stream, job.since, wanted, self.tracked, self.writer, ingest)

    def _progress(self, job: BackfillJob, done: int, total: int | None) -> Progress:
        balance = self.upstream.budget.balance(job.stream.key_id)
        return Progress(
            job.stream.shop,
            job.stream.resource,
            done,
            total,
            balance.for_background,
            balance.reading,
        )
