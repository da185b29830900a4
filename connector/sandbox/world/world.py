"""What can happen in the simulated ReturnGO to returns and money."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from werkzeug.exceptions import BadRequest

from connector.sandbox.exact_json import Json
from connector.sandbox.world.bodies import iso
from connector.sandbox.world.lifecycle import (
    REFUND_TYPES,
    RMA_STATUSES,
    RMA_TRANSITIONS,
    TRANSACTION_STATUSES,
    WEBHOOK_EVENTS,
    rma_event,
)
from connector.sandbox.world.models import Rma, Transaction, Webhook
from connector.sandbox.world.parcels import Parcels
from connector.sandbox.world.timeline import (
    API,
    NO_APPROVAL_MAIL,
    NO_PACKING_SLIP,
    PERSON,
    REFUND_REFUSED,
    REFUNDED,
    REOPENED,
    note,
    note_status,
)
from connector.sandbox.world.ways import Ways

LOUD = frozenset({"Approved"})
"""The statuses whose coming leaves an event; a creation does so, too."""


class World(Parcels):
    """Everything that exists, and every change that can happen to it."""

    def __init__(self, rng: Random, ways: Ways | None = None) -> None:
        super().__init__(rng)
        self.ways = ways or Ways()
        self._due: list[tuple[datetime, Rma]] = []

    def settle(self, now: datetime) -> None:
        """Let those `lastUpdated` move whose time has come."""
        for due, rma in self._due:
            if due <= now:
                rma.updated(max(due, rma.last_updated))
        self._due = [each for each in self._due if each[0] > now]

    def finish(self, rma: Rma) -> None:
        """Forget the moves of a return's `lastUpdated` that were still to come."""
        self._due = [each for each in self._due if each[1] is not rma]

    def change_rma_status(
        self, rma: Rma, status: str, at: datetime, *, via: str = "API", silent: bool = False
    ) -> None:
        """Move a return on; `silent` leaves no event of an approval either, and tells nothing."""
        if status not in RMA_STATUSES:
            raise BadRequest(f"Unknown RMA status {status}")
        if status not in RMA_TRANSITIONS[rma.status]:
            raise BadRequest(f"Invalid status transition from {rma.status} to {status}")
        self._become(rma, status, at, via=via, silent=silent)
        if status == "Received" and self.ways.parcels_move_rmas:
            self.receive_parcels(rma)

    def reopen(self, rma: Rma, at: datetime) -> None:
        """Take a return's cancellation back: to Approved if it was that once, else to Pending."""
        if rma.status != "Canceled":
            raise BadRequest(f"Only a canceled RMA can be reopened, not one that is {rma.status}")
        rma.status = "Approved" if rma.was_approved else "Pending"
        rma.updated(at)
        note(rma, REOPENED, at, by=PERSON)
        if not self.ways.is_quiet or self.ways.quiet_webhooks:
            self.tell("RMA_STATUS_UPDATED", rma)

    def fail_approval(self, rma: Rma, at: datetime) -> None:
        """Approve half-way: the event is there, the status stays Pending, two errors say why."""
        if rma.status != "Pending":
            raise BadRequest(f"Only a Pending RMA can be approved, not one that is {rma.status}")
        rma.events.append(event(rma_event("Approved"), at, "Dashboard"))
        rma.updated(at)
        self.add_error(rma, NO_PACKING_SLIP, at)
        self.add_error(rma, NO_APPROVAL_MAIL, at)

    def add_comment(self, rma: Rma, html: str, at: datetime) -> None:
        """Add a merchant's comment to a return; it moves no lastUpdated."""
        note(rma, html, at, by=API, kind="merchant")

    def add_error(self, rma: Rma, text: str, at: datetime) -> None:
        """Add an error of ReturnGO's own to a return; it moves no lastUpdated."""
        note(rma, f"<p>{text}</p>", at, kind="error")

    def update_transaction(
        self,
        transaction: Transaction,
        changes: Mapping[str, str | None],
        at: datetime,
        *,
        by: str = API,
    ) -> None:
        """Record what happened to a transaction outside ReturnGO, or what `by` did."""
        if changes.get("status", transaction.status) not in TRANSACTION_STATUSES:
            raise BadRequest("Unknown transaction status")
        before = transaction.status
        for name, value in changes.items():
            setattr(transaction, name, value)
        # [A] An update that changes no field moves the time as well.
        self.touch_transaction(transaction, at)
        if transaction.status != before:
            self.note_refund(transaction, at, by)

    def touch_transaction(self, transaction: Transaction, at: datetime) -> None:
        """Move a transaction's time with nothing to show for it, as a used store credit's moves."""
        transaction.last_updated = at
        self.rmas[transaction.rma_id].changed(at)

    def note_refund(self, transaction: Transaction, at: datetime, by: str) -> None:
        """Write on the timeline what became of a refund."""
        if transaction.type not in REFUND_TYPES:
            return
        rma = self.rmas[transaction.rma_id]
        if transaction.status == "Success":
            note(rma, REFUNDED, at, by=by)
        elif transaction.status == "Failed":
            self.add_error(rma, REFUND_REFUSED, at)

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

    def parcel_received(self, rma: Rma, at: datetime) -> None:
        """Let an approved return become Received with its parcel, if ReturnGO works so."""
        if self.ways.parcels_move_rmas and rma.status == "Approved":
            self._become(rma, "Received", at, via="Automation", silent=False)

    def _become(self, rma: Rma, status: str, at: datetime, *, via: str, silent: bool) -> None:
        rma.status = status
        rma.was_approved |= status == "Approved"
        is_loud = status in LOUD or not self.ways.is_quiet
        if is_loud and self.ways.is_quiet:
            # 2 to 8 seconds pass until an approval's work is done and the row is written again.
            self._due.append((at + timedelta(seconds=2 + rma.id % 7), rma))
        elif is_loud:
            rma.updated(at)
        note_status(rma, at, via)
        if status == "Done":
            self._release_exchanges(rma)
        if silent:
            return
        if is_loud:
            rma.events.append(event(rma_event(status), at, via))
        if is_loud or self.ways.quiet_webhooks:
            # [A] Told whoever set the status: the API's caller, too.
            self.tell("RMA_STATUS_UPDATED", rma)

    def _release_exchanges(self, rma: Rma) -> None:
        """Make orders of the drafts of a return's exchanges."""
        for order in rma.exchange_orders:
            if not order["orderId"]:
                order_id = self.next_id("order")
                order |= {"orderId": str(order_id), "orderName": f"X{order_id % 1_000_000}"}


def event(name: str, at: datetime, via: str, user: Json | None = None) -> Json:
    """Make an entry of a return's `events`."""
    return {
        "eventName": name,
        "eventDate": iso(at),
        "triggeredVia": via,
        "storeLocationId": "online",
        "userDetails": user,
    }
