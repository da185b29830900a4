"""Two months of history, the same for a given seed and start: what a sandbox begins with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from connector.sandbox.world import samples
from connector.sandbox.world.examples import RECENTLY, add_examples
from connector.sandbox.world.invent import Inventor
from connector.sandbox.world.items import validate
from connector.sandbox.world.lifecycle import (
    OPEN_RMA_STATUSES,
    REFUND_TYPES,
    RESOLUTION_TYPES,
    TRANSACTION_STATUSES,
)
from connector.sandbox.world.models import Rma, Shipment
from connector.sandbox.world.timeline import (
    API,
    NO_MEDIA,
    NO_PLATFORM_RETURN,
    PARCEL_UPDATED,
    comment,
    note,
)
from connector.sandbox.world.world import World

HISTORY = timedelta(days=60)
RMAS = 300
OTHER_OWNERS_RMAS = 6
ORDERS_WITHOUT_RMA = 20
TWICE = 7  # of 50: two units of one line
TROUBLED = 5  # of 18: an error
MIXED = 20
"""One return of so many has two resolutions, if it has two items."""
DEMO, OUTLET, OTHER = samples.SHOPS
SHIPMENT_STATUS = {
    "Pending": ("Pending",),
    "Approved": ("LabelCreated", "Shipped"),
    "Received": ("Received",),
    "Validated": ("Validated",),
    "Done": ("Validated",),
    "Rejected": ("Canceled",),
    "Canceled": ("Canceled",),
}
USER = {
    "userFirstName": "Ada",
    "userLastName": "Exemplar",
    "userEmailAddress": "ada@example.com",
    "userRole": "Admin",
}


@dataclass(frozen=True)
class _Due:
    """A transaction that the history calls for; ids are given in the order of these times."""

    at: datetime
    rma: Rma
    kind: str


def populate(inventor: Inventor, rng: Random, start: datetime) -> None:
    """Fill the inventor's world with the history that ends at `start`.

    Its last returns are the examples.
    """
    end = start - RECENTLY
    due: list[_Due] = []
    for number in range(RMAS):
        shop = OUTLET if number % 5 in (1, 3) else DEMO
        rma = _return(inventor, rng, shop, number, _moment(rng, end, number, RMAS))
        due += _grow_old(inventor, rng, rma, end)
    for number in range(OTHER_OWNERS_RMAS):
        at = _moment(rng, end, number, OTHER_OWNERS_RMAS)
        due += _grow_old(inventor, rng, _return(inventor, rng, OTHER, number, at), end)
    for number in range(ORDERS_WITHOUT_RMA):
        shop = OUTLET if number % 2 else DEMO
        inventor.order(shop, _moment(rng, end, number, ORDERS_WITHOUT_RMA), lines=2)
    for number, each in enumerate(sorted(due, key=lambda each: each.at)):
        _transaction(inventor, rng, number, each, end)
    add_examples(inventor, start)


def _moment(rng: Random, end: datetime, number: int, count: int) -> datetime:
    """Spread `count` moments over the days up to the end, so that every day has its share."""
    age = (HISTORY - RECENTLY) * (1 - (number + rng.random()) / count)
    return (end - age).replace(microsecond=0)


def _return(inventor: Inventor, rng: Random, shop: str, number: int, at: datetime) -> Rma:
    ordered = at - timedelta(days=rng.randint(2, 25))
    order = inventor.order(shop, ordered, lines=rng.randint(1, 4))
    # Five resolutions and four methods take turns, so that all combinations occur.
    rma = inventor.rma(
        order,
        at,
        lines=order.lines[:1] * 2 if number % 50 == TWICE else None,
        resolutions=RESOLUTION_TYPES[number % 5 :: -4]
        if number % MIXED == MIXED - 1
        else (RESOLUTION_TYPES[number % len(RESOLUTION_TYPES)],),
        method=samples.RETURN_METHODS[number % len(samples.RETURN_METHODS)],
    )
    if number % 6 == 0:
        rma.comments.append(comment("merchant", "Ada Exemplar", "<b>Bitte prüfen</b>", at))
    if number % 11 == 0:
        rma.comments.append(comment("customerReply", "Customer", "Danke &amp; Grüße", at))
    if number % 18 == TROUBLED:
        # Of 20 errors 16 were of missing media.
        text = NO_PLATFORM_RETURN if number == TROUBLED else NO_MEDIA
        inventor.world.add_error(rma, text, at)
    if number % 9 == 1:
        note(rma, PARCEL_UPDATED, at, by=API)
    return rma


def _grow_old(inventor: Inventor, rng: Random, rma: Rma, end: datetime) -> list[_Due]:
    """Let a return live until the present; answer the transactions that this brought about."""
    _live(inventor.world, rng, rma, end)
    for shipment in rma.shipments:
        _travel(inventor, rng, shipment, rma.status)
    if rma.exchange_orders and rma.status == "Done":
        outbound = inventor.shipment(rma, is_outbound=True)
        inventor.label(outbound)
        outbound.status = "Shipped"
    return _due(rng, rma, end)


def _live(world: World, rng: Random, rma: Rma, end: datetime) -> None:
    """Move a return through its stages until it ends, gets stuck or the present is reached."""
    ending = rng.choices(("Done", "Rejected", "Canceled", "stuck"), (74, 8, 9, 9))[0]
    last = rng.choice(OPEN_RMA_STATUSES)
    at = rma.created_at
    for status, slowest in (("Approved", 48), ("Received", 140), ("Validated", 72), ("Done", 90)):
        at += timedelta(seconds=rng.randint(60, slowest * 3600))
        if at >= end:
            return
        if ending == "Rejected" or (ending == "Canceled" and rma.status == last):
            world.change_rma_status(rma, ending, at, via="Dashboard")
            reopened = at + timedelta(days=1)
            if ending == "Canceled" and rma.id % 3 == 0 and reopened < end:
                world.reopen(rma, reopened)
            return
        if ending == "stuck" and rma.status == last:
            return
        world.change_rma_status(rma, status, at, via="Dashboard" if rma.id % 2 else "Automation")
        if status == "Approved" and rma.id % 5 == 0:
            rma.events[-1]["userDetails"] = USER
        if status == "Validated":
            _validate(rma, at)


def _validate(rma: Rma, at: datetime) -> None:
    for item in rma.items:
        validate(item, at)
        item["itemValidationStatusResponse"]["userDetails"] = USER


def _travel(inventor: Inventor, rng: Random, shipment: Shipment, rma_status: str) -> None:
    shipment.status = rng.choice(SHIPMENT_STATUS[rma_status])
    if shipment.status not in ("Pending", "Canceled"):
        inventor.label(shipment)
    if shipment.id % 12 == 0:
        shipment.return_address = {**shipment.return_address, "state": None}


def _due(rng: Random, rma: Rma, end: datetime) -> list[_Due]:
    """Return the transactions that a return of this resolution and status has had."""
    resolution = rma.items[0]["resolutionType"]
    refund = resolution in REFUND_TYPES
    kinds = (resolution,) if refund else ("PaymentAuthorization", "PaymentCapture")
    if rma.id % 7 == 0:
        kinds = ("InvoicePayment", *kinds)
    if rma.status not in ("Validated", "Done"):
        return []
    latest = min(rma.changed_at + timedelta(hours=6), end)
    return [
        _Due(rma.changed_at + (latest - rma.changed_at) * rng.random(), rma, kind) for kind in kinds
    ]


def _transaction(inventor: Inventor, rng: Random, number: int, due: _Due, end: datetime) -> None:
    # Three of four went well; the others take turns.
    status = "Success" if number % 4 else TRANSACTION_STATUSES[number // 4 % 4]
    if due.kind == "InvoicePayment" and number % 2:
        # The customer has not paid it yet.
        status = "Requested"
    transaction = inventor.transaction(
        due.rma,
        due.at.replace(microsecond=0),
        kind=due.kind,
        status=status,
        processor=samples.PROCESSORS[number % len(samples.PROCESSORS)],
        bank_account=number % 20 == 0,
    )
    settled = transaction.created_at + timedelta(seconds=rng.randint(0, 600))
    if status in ("Success", "Failed"):
        if due.kind == "RefundToStoreCredit" and number % 2:
            # A code that was used or topped up since.
            settled += timedelta(days=1 + number % 18)
        transaction.last_updated = min(settled, end.replace(microsecond=0))
