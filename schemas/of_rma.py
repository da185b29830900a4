"""Parts of an RMA, each with what people look for in the RMA that it belongs to.

The document of a part is the part as ReturnGO shows it, with the whole RMA under `rma`.
"""

from collections.abc import Mapping
from typing import Any

from schemas.comment import Comment
from schemas.fields import Lines, Text
from schemas.item import Item
from schemas.reading import dig, rows
from schemas.rma import Rma
from schemas.shapes import within
from schemas.shipment import Shipment
from schemas.transaction import Transaction

RMA = "rma"

WhoseRma = within(
    RMA,
    Rma,
    *("rma_id", "rma_number", "order_name", "order_id"),
    *("customer_name", "customer_email", "customer_phone"),
    *("total_paid", "refund_total", "currency", "item_count", "items_summary"),
    *("resolution_types", "return_methods"),
)


class OwningRma(WhoseRma):  # type: ignore[misc, valid-type]
    """The RMA that a part belongs to."""

    rma_status = Text(
        "RMA Status",
        "The status of the return.",
        example="Approved",
        source="rma.rmaSummary.status",
    )


def of_rma(part: Mapping[str, Any], rma: Any) -> dict[str, Any]:
    """Make the document of a part that belongs to `rma`; None where that is not known."""
    return {**part, RMA: rma}


def _items_in_parcel(document: Any) -> list[Any] | None:
    """Find the items in the parcel: ReturnGO names the parcel with each item."""
    parcel = dig(document, "shipmentId")
    if parcel is None or not isinstance(dig(document, "rma.items"), list):
        return None
    return [
        item for item in rows(document, "rma.items") if str(item.get("shipmentId")) == str(parcel)
    ]


class ShipmentOfRma(Shipment, OwningRma):
    """A shipment, and the RMA that it belongs to."""

    id = Text("ID", "The shipment, to tell it from others.", example="9754270", source="shipmentId")
    items = Lines("Items", "The items in this parcel.", Item, source=_items_in_parcel)


class ItemOfRma(Item, OwningRma):
    """A returned item, and the RMA that it belongs to."""

    id = Text(
        "ID", "The item, to tell it from others.", example="47006391", source="returnedItemId"
    )


class CommentOfRma(Comment, OwningRma):
    """A comment, and the RMA that it is on."""


class TransactionOfRma(Transaction, OwningRma):
    """A transaction, and the RMA that it belongs to, where that is known."""
