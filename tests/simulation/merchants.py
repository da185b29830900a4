"""What customers, merchants and carriers do all day: the lives of returns, drawn from a seed.

A return is approved, travels, arrives, is checked and refunded within a week or so, most of it
between morning and night; some are canceled, and some of these reopened. ReturnGO is unkind: only
a creation, an approval and a reopening move `lastUpdated`, and a return becomes Received with its
parcel. Every change is noted with its time, to be held against the polls.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random

from connector.sandbox.app import SandboxApp
from connector.sandbox.world.models import Rma, Shipment, Transaction

# How busy each hour of the day (UTC) is, of 1: quiet nights, full afternoons and evenings.
BUSY = (2, 1, 1, 1, 1, 2, 3, 4, 6, 7, 8, 8, 8, 8, 8, 8, 7, 7, 8, 8, 7, 6, 5, 3)
# So long before the first look the oldest returns began: what is older is over.
LIFETIME = timedelta(days=9)
REJECTED = 0.08
APPROVED_AT_ONCE = 0.7
# Of those that wait for a decision, and again of those that were approved; so many come back.
CANCELED = 0.08
REOPENED = 0.6
RECEIVED_BY_CARRIER = 0.7
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

Step = Callable[[datetime], None]
# The trigger that shows a change, whose id its object carries, and the status it tells, if any.
Name = tuple[str, str, str]


class Sort(StrEnum):
    """What the times until changes are shown are told apart by."""

    LOUD = "RMAs and refunds"
    QUIET = "Received, canceled, reopened"
    PARCELS = "Parcels"


@dataclass(frozen=True)
class Change:
    """Something that happened at ReturnGO: a return that is reopened has the same name again.

    `rma` is the id of the return whose details tell it, `shop` the one whose lists do.
    """

    name: Name
    at: datetime
    sort: Sort = Sort.LOUD
    shop: str = ""
    rma: int = 0


@dataclass
class Merchants:
    """The shops' life. `made` holds the changes that triggers are to show, in their order."""

    sandbox: SandboxApp
    rng: Random
    made: dict[Name, list[Change]] = field(default_factory=dict)
    _agenda: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _places: Iterator[int] = field(default_factory=count)

    def plan(self, shops: tuple[str, ...], since: datetime, days: int, rmas: int) -> None:
        """Let each shop get that many returns a day, on so many days from a midnight on."""
        for shop in shops:
            for day in range(days):
                for _ in range(rmas):
                    hour = self.rng.choices(range(24), BUSY)[0]
                    at = since + day * DAY + hour * HOUR + HOUR * self.rng.random()
                    self._at(at, partial(self._begin, shop))

    def live_until(self, now: datetime) -> None:
        """Let all happen that is due by `now`."""
        while self._agenda and self._agenda[0][0] <= now:
            at, _, step = heappop(self._agenda)
            step(at.replace(microsecond=0))

    @property
    def next_at(self) -> datetime:
        """Tell when something happens next."""
        return self._agenda[0][0]

    def _at(self, at: datetime, step: Step) -> None:
        heappush(self._agenda, (at, next(self._places), step))

    def _between(self, least: timedelta, most: timedelta) -> timedelta:
        return least + (most - least) * self.rng.random()

    def _note(
        self, rma: Rma, trigger: str, thing: int, status: str, at: datetime, sort: Sort = Sort.LOUD
    ) -> None:
        name = (trigger, str(thing), status)
        self.made.setdefault(name, []).append(Change(name, at, sort, rma.shop, rma.id))

    def _begin(self, shop: str, at: datetime) -> None:
        invent = self.sandbox.simulation.inventor
        rma = invent.rma(invent.order(shop, at - 9 * DAY), at)
        self._note(rma, "new_rma", rma.id, "", at)
        at_once = self.rng.random() < APPROVED_AT_ONCE
        wait = (MINUTE, 10 * MINUTE) if at_once else (HOUR, 20 * HOUR)
        decided = at + self._between(*wait)
        if self.rng.random() < REJECTED:
            self._at(decided, lambda at: self._move(rma, "Rejected", at))
            return
        self._at(decided, partial(self._go_on, rma, partial(self._approve, rma)))

    def _go_on(self, rma: Rma, then: Step, at: datetime) -> None:
        """Do what comes next, unless the return is canceled first; then perhaps later."""
        if self.rng.random() >= CANCELED:
            then(at)
            return
        self._move(rma, "Canceled", at, Sort.QUIET)
        if self.rng.random() < REOPENED:
            reopened = at + self._between(10 * MINUTE, 24 * HOUR)
            self._at(reopened, partial(self._reopen, rma))
            self._at(reopened + self._between(HOUR, 20 * HOUR), then)

    def _reopen(self, rma: Rma, at: datetime) -> None:
        self.sandbox.simulation.world.reopen(rma, at)
        self._note(rma, "rma_status_changed", rma.id, rma.status, at, Sort.QUIET)

    def _approve(self, rma: Rma, at: datetime) -> None:
        self._move(rma, "Approved", at)
        sent = at + self._between(10 * MINUTE, 5 * HOUR)
        self._at(sent, partial(self._go_on, rma, partial(self._dispatch, rma)))

    def _dispatch(self, rma: Rma, at: datetime) -> None:
        parcel = rma.shipments[0]
        labelled = at + self._between(MINUTE, 10 * MINUTE)
        shipped = labelled + self._between(6 * HOUR, 48 * HOUR)
        arrived = shipped + self._between(24 * HOUR, 96 * HOUR)
        self._at(labelled, lambda at: self._send(rma, parcel, "LabelCreated", at))
        self._at(shipped, lambda at: self._send(rma, parcel, "Shipped", at))
        validated = arrived + self._between(HOUR, 24 * HOUR)
        self._at(arrived, lambda at: self._receive(rma, parcel, at))
        self._at(validated, lambda at: self._validate(rma, at))

    def _receive(self, rma: Rma, parcel: Shipment, at: datetime) -> None:
        """Let a parcel and its return arrive together, whichever of them is told first."""
        if self.rng.random() < RECEIVED_BY_CARRIER:
            self._send(rma, parcel, "Received", at)
            self._note(rma, "rma_status_changed", rma.id, "Received", at, Sort.QUIET)
        else:
            self._move(rma, "Received", at, Sort.QUIET)
            self._note(rma, "shipment_status_changed", parcel.id, "Received", at, Sort.PARCELS)

    def _validate(self, rma: Rma, at: datetime) -> None:
        self._move(rma, "Validated", at)
        refund = self.sandbox.simulation.inventor.transaction(rma, at)
        self._note(rma, "refund_requested", refund.id, "Requested", at)
        paid = at + self._between(10 * MINUTE, 12 * HOUR)
        self._at(paid, lambda at: self._pay(rma, refund, at))
        self._at(paid + self._between(MINUTE, HOUR), lambda at: self._move(rma, "Done", at))

    def _pay(self, rma: Rma, refund: Transaction, at: datetime) -> None:
        self.sandbox.simulation.world.update_transaction(refund, {"status": "Success"}, at)
        self._note(rma, "transaction_updated", refund.id, "Success", at)

    def _move(self, rma: Rma, status: str, at: datetime, sort: Sort = Sort.LOUD) -> None:
        self.sandbox.simulation.world.change_rma_status(rma, status, at, via="Dashboard")
        self._note(rma, "rma_status_changed", rma.id, status, at, sort)

    def _send(self, rma: Rma, parcel: Shipment, status: str, at: datetime) -> None:
        self.sandbox.simulation.world.update_shipment(parcel, {"status": status}, at)
        self._note(rma, "shipment_status_changed", parcel.id, status, at, Sort.PARCELS)
