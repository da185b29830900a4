"""What happened at ReturnGO, as the log keeps it and triggers take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from connector.blocks.parts import COMMENTS, ITEMS, SHIPMENTS

PART_OF = {"shipment": SHIPMENTS, "item": ITEMS, "comment": COMMENTS}


class Resource(StrEnum):
    """What the feed lists at ReturnGO."""

    RMAS = "rmas"
    TRANSACTIONS = "transactions"


class Kind(StrEnum):
    """What can happen. The word before the dot names the thing it happens to."""

    RMA_CREATED = "rma.created"
    RMA_STATUS_CHANGED = "rma.status_changed"
    RMA_STUCK = "rma.stuck"
    SHIPMENT_CREATED = "shipment.created"
    SHIPMENT_STATUS_CHANGED = "shipment.status_changed"
    SHIPMENT_LABELLED = "shipment.labelled"
    ITEM_VALIDATED = "item.validated"
    COMMENT_ADDED = "comment.added"
    TRANSACTION_CREATED = "transaction.created"
    TRANSACTION_STATUS_CHANGED = "transaction.status_changed"
    TRANSACTION_UPDATED = "transaction.updated"

    def example_id(self, status: str | None) -> str:
        """Return the id of an event of this kind, made up of the examples of fields."""
        return EXAMPLES[self].format(status=status or USUAL_STATUS[self.resource])

    @property
    def resource(self) -> Resource:
        """Return the list at ReturnGO in which it is seen."""
        is_money = self.startswith("transaction.")
        return Resource.TRANSACTIONS if is_money else Resource.RMAS

    @property
    def part(self) -> str | None:
        """Return the list in an RMA's details that holds the thing; None if it is a whole."""
        return PART_OF.get(self.partition(".")[0])


USUAL_STATUS = {Resource.RMAS: "Approved", Resource.TRANSACTIONS: "Requested"}
EXAMPLES = {
    Kind.RMA_CREATED: "rma:10030552:created",
    Kind.RMA_STATUS_CHANGED: "rma:10030552:{status}:2026-02-04T09:08:06Z",
    Kind.RMA_STUCK: "rma:10030552:stuck:1:7",
    Kind.SHIPMENT_CREATED: "shipment:9754270:created",
    Kind.SHIPMENT_STATUS_CHANGED: "shipment:9754270:LabelCreated:Shipped",
    Kind.SHIPMENT_LABELLED: "shipment:9754270:labelled",
    Kind.ITEM_VALIDATED: "item:17400000004103:validated:2026-02-04T09:08:06Z",
    Kind.COMMENT_ADDED: "comment:10030552:2026-02-04T09:08:06Z:79af4a70e3123d1d",
    Kind.TRANSACTION_CREATED: "transaction:6070096:created",
    Kind.TRANSACTION_STATUS_CHANGED: "transaction:6070096:{status}:2026-02-04T09:08:06Z",
    Kind.TRANSACTION_UPDATED: "transaction:6070096:updated:2026-02-04T09:08:06Z",
}


@dataclass(frozen=True)
class Topic:
    """What a trigger takes: the events of a kind, or only those that ended in `status`.

    Of RMA_STUCK: those of an RMA that has stood for `days` whole days in `status`; without one, in
    any in which it is open.
    """

    kind: Kind
    status: str | None = None
    days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event. `id` is its own, for ever the same.

    `status` is what the thing came into, `previous` what it was in before, where that is known.
    `part` names what it happened to within `body`, which is what ReturnGO showed. `dated_by` tells
    how `occurred_at` is known: "event" by ReturnGO's own, "comment" by one of the timeline; None
    where nothing dates it. Of RMA_STUCK, `days` tells for how many whole days it has stood in
    `status`, and `since` from when on. `read_at` is when the details were read that it shows: what
    is known already is not always read again.
    """

    id: str
    kind: Kind
    shop: str
    occurred_at: datetime | None
    recorded_at: datetime
    body: Mapping[str, Any]
    status: str | None = None
    previous: str | None = None
    part: str | None = None
    dated_by: str | None = None
    days: int | None = None
    since: datetime | None = None
    read_at: datetime | None = None
