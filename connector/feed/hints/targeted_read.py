"""Looking at what hints name, under the leases of a shop's streams.

One call for an RMA tells of it, its parcels and its transactions; it is recorded as what a sync
reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database

from connector.backoff import Backoff
from connector.blocks import Resource
from connector.clock import Clock
from connector.feed.changes.change import Change
from connector.feed.changes.of_details import is_behind
from connector.feed.hints.hints import About, Hints, StoredHint
from connector.feed.pace.pace import Pace
from connector.feed.pace.webhook_health import tells
from connector.feed.reading.details import DetailsReader
from connector.feed.reading.ingest import RmaIngest
from connector.feed.reading.listing import Listing
from connector.feed.reading.owners import Owners
from connector.feed.reading.reading import Reading
from connector.feed.reading.remembered import Remembered
from connector.feed.reading.transactions import TransactionIngest
from connector.feed.reading.whole import read_whole
from connector.feed.streams.lease import NO_FAILURE
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.streams import Streams
from connector.returngo import BadRequest, NotFound, ReturnGO
from connector.store import Store
from schemas.reading import rows

# A thing that does not show yet what the hint spoke of is looked at again, once.
SECOND_LOOK = timedelta(seconds=20)
# One that is not there yet, so often: it may be late to appear.
MOST_TRIES = 4
LATER_LOOKS = Backoff.doubling(SECOND_LOOK, timedelta(seconds=160))
# Lists are asked at most so often because of hints.
LIST_EVERY = timedelta(seconds=15)


Readings = Mapping[Resource, Reading]


@dataclass(frozen=True)
class TargetedRead:
    """Reads what hints name. Every method raises ReturnGOError, LeaseLost and StoreUnavailable."""

    store: Store
    streams: Streams
    tracked: TrackedThings
    hints: Hints
    ingest: RmaIngest
    money: TransactionIngest
    owners: Owners
    listing: Listing
    details: DetailsReader
    pace: Pace
    clock: Clock

    def at(self, returngo: ReturnGO, readings: Readings, due: Sequence[StoredHint]) -> None:
        """Look at what these hints are about, and forget those that are done with."""
        by_rma: dict[str, list[StoredHint]] = {}
        by_transaction: dict[str, list[StoredHint]] = {}
        unplaced = []
        for each in due:
            about, named = each.hint.about, each.hint.resource_id
            rma_id = self._rma_of(readings, about, named)
            if rma_id is not None:
                by_rma.setdefault(rma_id, []).append(each)
            elif about is About.TRANSACTION:
                by_transaction.setdefault(named, []).append(each)
            else:
                unplaced.append(each)
        for rma_id, hints in by_rma.items():
            self._at_rma(returngo, readings, rma_id, hints)
        if by_transaction:
            self._at_transactions(returngo, readings[Resource.TRANSACTIONS], by_transaction)
        if unplaced:
            self._at_lists(readings, unplaced)

    def _rma_of(self, readings: Readings, about: About, named: str) -> str | None:
        match about:
            case About.RMA | About.TRANSACTIONS_OF_RMA:
                return named
            case About.SHIPMENT | About.TRACKER:
                return self.tracked.with_shipment(readings[Resource.RMAS].stream, named)
            case _:
                return None

    def _at_rma(
        self, returngo: ReturnGO, readings: Readings, rma_id: str, hints: Sequence[StoredHint]
    ) -> None:
        try:
            details = read_whole(returngo, rma_id)
        except (NotFound, BadRequest):
            self._not_there(hints)
            return
        now = self.clock.now()
        next_looks = {
            each: self.pace.today(reading.stream.key_id).watch_of(reading.stream, reading.wanted)
            for each, reading in readings.items()
        }
        is_news = False
        with self.store.write() as database:
            if reading := readings.get(Resource.RMAS):
                reading.lease.update(database, now)
                known = self.tracked.known(database, reading.stream, [rma_id])
                before = known.get(rma_id)
                if before is not None and is_behind(details, before.shipments):
                    # The second look shows what this one does not yet.
                    details = {**details, "shipments": None}
                taken = self.ingest.details(
                    database,
                    reading.stream,
                    before,
                    details,
                    reading.wanted,
                    now,
                    next_look=next_looks[Resource.RMAS],
                )
                is_news |= self._note(database, reading, taken.news, now)
            if reading := readings.get(Resource.TRANSACTIONS):
                money = list(rows(details, "transactions"))
                owner = {str(each.get("id")): Remembered(details) for each in money}
                is_news |= self._take_money(database, reading, money, owner, now)
            self._settle(database, hints, now, is_news=is_news)

    def _at_transactions(
        self, returngo: ReturnGO, reading: Reading, hints: Mapping[str, Sequence[StoredHint]]
    ) -> None:
        page = returngo.list_transactions(ids=list(hints))
        shown: dict[str, dict[str, Any]] = {str(row.get("id")): row for row in page.rows}
        with self.store.write() as database:
            reading.lease.update(database, self.clock.now())
            fresh = self.money.of_note(
                database, reading.stream, list(shown.values()), reading.wanted
            )
        owners = self.owners.details_of(reading, fresh)
        for named, heard in hints.items():
            row = shown.get(named)
            if row is None:
                self._not_there(heard)
                continue
            now = self.clock.now()
            with self.store.write() as database:
                is_news = self._take_money(database, reading, [row], owners, now)
                self._settle(database, heard, now, is_news=is_news)

    def _at_lists(self, readings: Readings, hints: Sequence[StoredHint]) -> None:
        """Read the lists: something has changed, and nobody knows which."""
        now = self.clock.now()
        last = [reading.stream.fresh_at for reading in readings.values() if reading.stream.fresh_at]
        if last and max(last) > now - LIST_EVERY:
            with self.store.write() as database:
                self.hints.postpone(database, hints, max(last) + LIST_EVERY, is_try=False)
            return
        for reading in readings.values():
            news = self.listing.run(reading)
            with self.store.write() as database:
                self._note(database, reading, news, self.clock.now())
            self.details.run(reading)
        parcels = [each for each in hints if each.hint.about is not About.SHOP and not each.tries]
        with self.store.write() as database:
            self.hints.drop(database, [each for each in hints if each not in parcels])
            # now that its RMA has been read, it may be known
            self.hints.postpone(database, parcels, now, is_try=True)

    def _take_money(
        self,
        database: Database,
        reading: Reading,
        money: Sequence[Any],
        owners: Mapping[str, Remembered],
        now: datetime,
    ) -> bool:
        reading.lease.update(database, now)
        news = self.money.take(database, reading.stream, money, reading.wanted, now, rmas=owners)
        return self._note(database, reading, news, now)

    def _note(
        self, database: Database, reading: Reading, news: Sequence[Change], now: datetime
    ) -> bool:
        """Note that a webhook was the first to tell, if it was; answer whether there is news."""
        told = {"told_at": now} if tells(news) else {}
        healed = NO_FAILURE if reading.stream.failure is not None else {}
        reading.lease.update(database, now, **told, **healed)
        return bool(news)

    def _not_there(self, hints: Sequence[StoredHint]) -> None:
        now = self.clock.now()
        late = [each for each in hints if each.tries < MOST_TRIES]
        with self.store.write() as database:
            self.hints.drop(database, [each for each in hints if each not in late])
            for each in late:
                until = now + LATER_LOOKS.after(each.tries + 1)
                self.hints.postpone(database, [each], until, is_try=True)

    def _settle(
        self, database: Database, hints: Sequence[StoredHint], now: datetime, *, is_news: bool
    ) -> None:
        unclear = [
            each
            for each in hints
            if not is_news and not each.tries and each.hint.about is not About.TRACKER
        ]
        self.hints.drop(database, [each for each in hints if each not in unclear])
        self.hints.postpone(database, unclear, now + SECOND_LOOK, is_try=True)
