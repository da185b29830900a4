"""The state of the simulated ReturnGO and every change that can happen to it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Protocol, TypeVar

from werkzeug.exceptions import BadRequest, NotFound

from connector.sandbox.bodies import iso
from connector.sandbox.exact_json import Json
from connector.sandbox.lifecycle import (
    RMA_STATUSES,
    RMA_TRANSITIONS,
    SHIPMENT_TRANSITIONS,
    TRANSACTION_STATUSES,
    WEBHOOK_EVENTS,
    rma_event,
)
from connector.sandbox.models import Order, Rma, Shipment, Thing, Transaction, Webhook


class _Owned(Protocol):
    shop: str


T = TypeVar("T", bound=_Owned)


class World:
    """Everything that exists, by id. Its caller holds the simulation's lock.

    `tell` is called with each event that ReturnGO has a webhook for, and what it happened to.
    """

    def __init__(self, rng: Random) -> None:
        self.tell: Callable[[str, Thing], None] = lambda *_: None
        self.orders: dict[int, Order] = {}
        self.rmas: dict[int, Rma] = {}
        self.shipments: dict[int, Shipment] = {}
        self.transactions: dict[int, Transaction] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.trackers: list[Json] = []
        self._rng = rng
        self._ids = {
            "order": 7_300_000_000_000,
            "line": 17_400_000_000_000,
            "product": 8_100_000_000_000,
            "customer": 6_500_000_000_000,
            "rma": 9_800_000,
            "item": 46_000_000,
            "shipment": 9_700_000,
            "transaction": 6_000_000,
            "webhook": 11_200,
        }

    def next_id(self, kind: str) -> int:
        """Hand out an id, shared by all shops, leaving gaps as ReturnGO does."""
        self._ids[kind] += self._rng.randint(1, 9)
        return self._ids[kind]

    def rma(self, shop: str, rma_id: int) -> Rma:
        """Find a return of this shop."""
        return _of_shop(self.rmas, shop, rma_id, "RMA")

    def shipment(self, shop: str, shipment_id: int) -> Shipment:
        """Find a shipment of this shop."""
        return _of_shop(self.shipments, shop, shipment_id, "Shipment")

    def transaction(self, shop: str, transaction_id: int) -> Transaction:
        """Find a transaction of this shop."""
        return _of_shop(self.transactions, shop, transaction_id, "Transaction")

    def webhook(self, shop: str, webhook_id: int) -> Webhook:
        """Find a webhook of this shop."""
        return _of_shop(self.webhooks, shop, webhook_id, "Webhook")

    def change_rma_status(
        self, rma: Rma, status: str, at: datetime, *, via: str = "API", silent: bool = False
    ) -> None:
        """Move a return on; `silent` leaves no event and tells nothing, as ReturnGO may do."""
        if status not in RMA_STATUSES:
            raise BadRequest(f"Unknown RMA status {status}")
        if status not in RMA_TRANSITIONS[rma.status]:
            raise BadRequest(f"Invalid status transition from {rma.status} to {status}")
        rma.status = status
        rma.last_updated = at
        if not silent:
            rma.events.append(event(rma_event(status), at, via))
            # [A] Told whatever the status is, and whoever set it: the API's caller, too.
            self.tell("RMA_STATUS_UPDATED", rma)

    def add_comment(self, rma: Rma, html: str, at: datetime) -> None:
        """Add a merchant's comment to a return."""
        # [A] No lastUpdated: in a documented answer the newest comment is younger than it.
        rma.comments.append(comment("merchant", "API", html, at))

    def update_shipment(
        self, shipment: Shipment, changes: Mapping[str, str | None], *, by_carrier: bool = False
    ) -> bool:
        """Change a shipment's fields, its status by the documented table; True if any differs."""
        status = changes.get("status", shipment.status)
        if status not in SHIPMENT_TRANSITIONS:
            raise BadRequest(f"Unknown shipment status {status}")
        if status not in (shipment.status, *SHIPMENT_TRANSITIONS[shipment.status]):
            raise BadRequest(f"Invalid status transition from {shipment.status} to {status}")
        before = replace(shipment)
        for name, value in changes.items():
            setattr(shipment, name, value)
        # [A] Other fields tell nothing, and a tracker only tells what the carrier did since it was
        # started: the call that starts it tells nothing either.
        if shipment.status != before.status:
            self.tell("SHIPMENT_STATUS_UPDATED", shipment)
            if by_carrier and self.is_tracked(shipment):
                self.tell("SHIPMENT_TRACKER_STATUS_UPDATED", shipment)
        return shipment != before

    def is_tracked(self, shipment: Shipment) -> bool:
        """Tell whether a carrier's tracking was started for a shipment."""
        return any(each["shipmentId"] == str(shipment.id) for each in self.trackers)

    def delete_shipment(self, shipment: Shipment) -> None:
        """Remove a shipment."""
        # [A] The items that travelled in it keep naming it.
        del self.shipments[shipment.id]
        self.rmas[shipment.rma_id].shipments.remove(shipment)

    def update_transaction(
        self, transaction: Transaction, changes: Mapping[str, str | None], at: datetime
    ) -> None:
        """Record what happened to a transaction outside ReturnGO."""
        if changes.get("status", transaction.status) not in TRANSACTION_STATUSES:
            raise BadRequest("Unknown transaction status")
        for name, value in changes.items():
            setattr(transaction, name, value)
        # [A] An update that changes no field moves the time as well.
        transaction.last_updated = at

    def save_webhook(self, shop: str, url: str, event_name: str, webhook_id: int | None) -> None:
        """Register a webhook, or change the one with that id."""
        if not url.startswith(("http://", "https://")):
            raise BadRequest("Invalid webhook url")
        if event_name not in WEBHOOK_EVENTS:
            raise BadRequest(f"Unknown event {event_name}")
        # [A] A registration belongs to its shop, and a second one for an event is refused.
        if any(
            each.event_name == event_name and each.shop == shop and each.id != webhook_id
            for each in self.webhooks.values()
        ):
            raise BadRequest(f"A webhook for {event_name} exists already")
        if webhook_id is None:
            webhook_id = self.next_id("webhook")
        self.webhooks[webhook_id] = Webhook(webhook_id, shop, url, event_name)


def event(name: str, at: datetime, via: str, user: Json | None = None) -> Json:
    """Make an entry of a return's `events`."""
    return {
        "eventName": name,
        "eventDate": iso(at),
        "triggeredVia": via,
        "storeLocationId": "online",
        "userDetails": user,
    }


def comment(kind: str, by: str, html: str, at: datetime) -> Json:
    """Make an entry of a return's `comments`."""
    return {"commentType": kind, "triggeredBy": by, "htmlText": html, "datetime": iso(at)}


def _of_shop(things: Mapping[int, T], shop: str, thing_id: int, noun: str) -> T:
    thing = things.get(thing_id)
    # What another shop owns is answered like what nobody owns.
    if thing is None or thing.shop != shop:
        raise NotFound(f"{noun} not found")
    return thing
