"""Looking at what hints name, under the leases of a shop's streams.

One call for an RMA tells of it, its parcels and its transactions; it is recorded as what a sync
reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database

from connector.blocks import Resource
from connector.clock import Clock
from connector.feed.changes import Change, Row
from connector.feed.details import Details
from connector.feed.hints import About, Heard, Hints
from connector.feed.intake import Intake
from connector.feed.interests import Wanted
from connector.feed.lease import NO_FAILURE, Lease
from connector.feed.listing import SECONDS_FOR_RMAS, Listing
from connector.feed.pace import Pace
from connector.feed.sources import SOURCES
from connector.feed.streams import Stream, Streams
from connector.feed.things import Things
from connector.feed.trust import tells
from connector.returngo import BadRequest, NotFound, ReturnGO, Unavailable, rmas_of
from connector.store import Store
from schemas.highlights import rows

# A thing that does not show yet what the hint spoke of is looked at again, once.
SECOND_LOOK = timedelta(seconds=20)
# One that is not there yet, so often: it may be late to appear.
MOST_TRIES = 4
# Lists are asked at most so often because of hints.
LIST_EVERY = timedelta(seconds=15)


@dataclass(frozen=True)
class Side:
    """One of a shop's two streams, while it is read."""

    stream: Stream
    wanted: Wanted
    lease: Lease


Sides = Mapping[Resource, Side]


@dataclass(frozen=True)
class Look:
    """Looks. Every method raises ReturnGOError, LeaseLost and StoreUnavailable."""

    store: Store
    streams: Streams
    things: Things
    hints: Hints
    intake: Intake
    listing: Listing
    details: Details
    pace: Pace
    clock: Clock

    def at(self, returngo: ReturnGO, sides: Sides, due: Sequence[Heard]) -> None:
        """Look at what these hints are about, and forget those that are done with."""
        by_rma: dict[str, list[Heard]] = {}
        by_transaction: dict[str, list[Heard]] = {}
        unplaced = []
        for each in due:
            about, named = each.hint.about, each.hint.resource_id
            rma_id = self._rma_of(sides, about, named)
            if rma_id is not None:
                by_rma.setdefault(rma_id, []).append(each)
            elif about is About.TRANSACTION:
                by_transaction.setdefault(named, []).append(each)
            else:
                unplaced.append(each)
        for rma_id, hints in by_rma.items():
            self._at_rma(returngo, sides, rma_id, hints)
        if by_transaction:
            self._at_transactions(returngo, sides[Resource.TRANSACTIONS], by_transaction)
        if unplaced:
            self._at_lists(returngo, sides, unplaced)

    def _rma_of(self, sides: Sides, about: About, named: str) -> str | None:
        match about:
            case About.RMA | About.MONEY_OF_RMA:
                return named
            case About.SHIPMENT | About.TRACKER:
                return self.things.with_shipment(sides[Resource.RMAS].stream, named)
            case _:
                return None

    def _at_rma(
        self, returngo: ReturnGO, sides: Sides, rma_id: str, hints: Sequence[Heard]
    ) -> None:
        source = SOURCES[Resource.RMAS]
        try:
            details = returngo.get_rma(rma_id)
        except (NotFound, BadRequest):
            self._not_there(hints)
            return
        summary = details.get(source.details_key)
        if not isinstance(summary, dict) or source.resource_id(summary) != rma_id:
            raise Unavailable(f"ReturnGO showed RMA {rma_id} without what belongs to it.")
        next_looks = {
            each: self.pace.watch_of(side.stream, side.wanted) for each, side in sides.items()
        }
        now = self.clock.now()
        is_news = False
        with self.store.write() as database:
            if side := sides.get(Resource.RMAS):
                side.lease.update(database, now)
                news = self.intake.take_rows(database, side.stream, [summary], side.wanted, now)
                thing = self.things.known(database, side.stream, [rma_id])[rma_id]
                news += self.intake.take_details(
                    database,
                    side.stream,
                    thing,
                    details,
                    side.wanted,
                    now,
                    next_look=next_looks[Resource.RMAS],
                )
                is_news |= self._note(database, side, news, now)
            if side := sides.get(Resource.TRANSACTIONS):
                money = list(rows(details, "transactions"))
                owner = {str(each.get("id")): details for each in money}
                is_news |= self._take_money(database, side, money, owner, now)
            self._settle(database, hints, now, is_news=is_news)

    def _at_transactions(
        self, returngo: ReturnGO, side: Side, hints: Mapping[str, Sequence[Heard]]
    ) -> None:
        page = returngo.list_transactions(ids=list(hints))
        shown: dict[str, Row] = {str(row.get("id")): row for row in page.rows}
        with self.store.write() as database:
            side.lease.update(database, self.clock.now())
            fresh = self.intake.news(database, side.stream, list(shown.values()), side.wanted)
        calls = self.pace.calls_for_rmas(side.stream.key_id)
        owners = rmas_of(returngo, fresh, most_calls=calls, seconds=SECONDS_FOR_RMAS)
        for named, heard in hints.items():
            row = shown.get(named)
            if row is None:
                self._not_there(heard)
                continue
            now = self.clock.now()
            with self.store.write() as database:
                is_news = self._take_money(database, side, [row], owners, now)
                self._settle(database, heard, now, is_news=is_news)

    def _at_lists(self, returngo: ReturnGO, sides: Sides, hints: Sequence[Heard]) -> None:
        """Read the lists: something has changed, and nobody knows which."""
        now = self.clock.now()
        last = [side.stream.fresh_at for side in sides.values() if side.stream.fresh_at]
        if last and max(last) > now - LIST_EVERY:
            with self.store.write() as database:
                self.hints.postpone(database, hints, max(last) + LIST_EVERY, is_try=False)
            return
        for side in sides.values():
            news = self.listing.run(side.lease, returngo, side.wanted)
            with self.store.write() as database:
                self._note(database, side, news, self.clock.now())
            self.details.run(side.lease, returngo, side.wanted)
        parcels = [each for each in hints if each.hint.about is not About.SHOP and not each.tries]
        with self.store.write() as database:
            self.hints.drop(database, [each for each in hints if each not in parcels])
            # now that its RMA has been read, it may be known
            self.hints.postpone(database, parcels, now, is_try=True)

    def _take_money(
        self,
        database: Database,
        side: Side,
        money: Sequence[Row],
        owners: Mapping[str, Any],
        now: datetime,
    ) -> bool:
        side.lease.update(database, now)
        news = self.intake.take_rows(database, side.stream, money, side.wanted, now, rmas=owners)
        return self._note(database, side, news, now)

    def _note(self, database: Database, side: Side, news: Sequence[Change], now: datetime) -> bool:
        """Note that a webhook was the first to tell, if it was; answer whether there is news."""
        told = {"told_at": now} if tells(news) else {}
        healed = NO_FAILURE if side.stream.failure is not None else {}
        side.lease.update(database, now, **told, **healed)
        return bool(news)

    def _not_there(self, hints: Sequence[Heard]) -> None:
        now = self.clock.now()
        late = [each for each in hints if each.tries < MOST_TRIES]
        with self.store.write() as database:
            self.hints.drop(database, [each for each in hints if each not in late])
            for each in late:
                wait = SECOND_LOOK * 2**each.tries
                self.hints.postpone(database, [each], now + wait, is_try=True)

    def _settle(
        self, database: Database, hints: Sequence[Heard], now: datetime, *, is_news: bool
    ) -> None:
        unclear = [
            each
            for each in hints
            if not is_news and not each.tries and each.hint.about is not About.TRACKER
        ]
        self.hints.drop(database, [each for each in hints if each not in unclear])
        self.hints.postpone(database, unclear, now + SECOND_LOOK, is_try=True)
