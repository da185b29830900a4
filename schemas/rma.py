"""A return with all that belongs to it; what people look for first stands at the top."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from schemas.comment import Comment
from schemas.fields import (
    Amount,
    Flag,
    Lines,
    Moment,
    Text,
    Whole,
    dig,
    read_amount,
    read_flag,
)
from schemas.item import Item
from schemas.shapes import Output
from schemas.shipment import Shipment
from schemas.transaction import Transaction
from schemas.words import FAILED


def rows(rma: Any, key: str) -> list[Mapping[str, Any]]:
    """Answer the objects in a list of the RMA, whatever else stands there."""
    found = dig(rma, key)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def return_shipment(rma: Any) -> Mapping[str, Any] | None:
    """Find the parcel that comes back; ReturnGO keeps the customer's address with it."""
    shipments = rows(rma, "shipments")
    inbound = [shipment for shipment in shipments if not read_flag(shipment.get("isOutbound"))]
    return next(iter(inbound or shipments), None)


def of_shipment(path: str) -> Any:
    """Read `path` from the return shipment."""
    return lambda rma: dig(return_shipment(rma), path)


def total(amounts: Iterable[Any]) -> Decimal | None:
    """Add up money of one currency; None where there is none, or where currencies mix."""
    moneys = [money for money in amounts if dig(money, "amount") is not None]
    found = [read_amount(money["amount"]) for money in moneys]
    known = [amount for amount in found if amount is not None]
    if not known or len(known) < len(found):
        return None
    if len({str(money.get("currency")) for money in moneys}) > 1:
        return None
    return sum(known, Decimal())


def total_paid(rma: Any) -> Decimal | None:
    """Add up what was paid for the items, tax included."""
    return total(
        money
        for item in rows(rma, "items")
        for money in (
            item.get("paidPrice"),
            None if read_flag(item.get("taxIncluded")) else item.get("paidTax"),
        )
    )


def refund_total(rma: Any) -> Decimal | None:
    """Add up the refunds, whether done or still wanted."""
    return total(
        transaction.get("amount")
        for transaction in rows(rma, "transactions")
        if str(transaction.get("type", "")).startswith("Refund")
        and transaction.get("status") != FAILED
    )


def currency(rma: Any) -> str | None:
    """Name the currency of the items, if it is one."""
    named = (dig(item, "paidPrice.currency") for item in rows(rma, "items"))
    currencies = {str(name) for name in named if name is not None}
    return currencies.pop() if len(currencies) == 1 else None


def rma_number(rma: Any) -> str | None:
    """Write the id as the dashboard does."""
    rma_id = dig(rma, "rmaSummary.rmaId")
    return None if rma_id is None else f"RMA{rma_id}"


def items_summary(rma: Any) -> str:
    """Tell the items in a line."""
    names = Counter(
        str(item.get("fullName") or item.get("productName") or item.get("sku") or "item")
        for item in rows(rma, "items")
    )
    return ", ".join(f"{count} × {name}" for name, count in names.items())


class Transition(Output):
    """Something that happened to an RMA."""

    name = Text("Name", "What happened.", example="RMA_CREATED", source="eventName")
    happened_at = Moment(
        "Happened At", "When it happened.", example="2026-02-04T07:02:24Z", source="eventDate"
    )
    triggered_via = Text(
        "Triggered Via", "Where it came from.", example="Return Portal", source="triggeredVia"
    )


class Rma(Output):
    """An RMA (return merchandise authorization)."""

    id = Text(
        "ID", "The RMA, to tell it from others.", example="10030552", source="rmaSummary.rmaId"
    )
    rma_id = Text(
        "RMA ID",
        "ReturnGO's id of the return: map it to actions.",
        example="10030552",
        source="rmaSummary.rmaId",
    )
    rma_number = Text(
        "RMA Number",
        "The id as the dashboard shows it.",
        example="RMA10030552",
        source=rma_number,
    )
    status = Text(
        "Status", "How far the return is.", example="Approved", source="rmaSummary.status"
    )
    order_name = Text(
        "Order Name",
        "The order, as the shop names it.",
        example="H12043",
        source=lambda rma: dig(rma, "rmaSummary.order_name") or dig(rma, "orderDetails.order_name"),
    )
    order_id = Text(
        "Order ID",
        "The shop's id of the order.",
        example="7396218241343",
        source="orderDetails.orderId",
    )
    customer_name = Text(
        "Customer Name",
        "Who returns.",
        example="Thandi Example",
        source=of_shipment("customerAddress.name"),
    )
    customer_email = Text(
        "Customer Email",
        "The customer's e-mail address.",
        example="thandi@example.com",
        source=of_shipment("customerAddress.email"),
    )
    customer_phone = Text(
        "Customer Phone",
        "The customer's phone number.",
        example="+27 21 555 0100",
        source=of_shipment("customerAddress.phone"),
    )
    customer_country = Text(
        "Customer Country",
        "The customer's country.",
        example="ZA",
        source=of_shipment("customerAddress.country"),
    )
    total_paid = Amount(
        "Total Paid", "What was paid for the items, tax included.", example="199", source=total_paid
    )
    refund_total = Amount(
        "Refund Total",
        "The refunds, whether done or still wanted.",
        example="199",
        source=refund_total,
    )
    currency = Text("Currency", "The customer's currency.", example="ZAR", source=currency)
    item_count = Whole(
        "Item Count",
        "How many lines come back.",
        example=1,
        source=lambda rma: len(rows(rma, "items")),
    )
    items_summary = Text(
        "Items Summary",
        "The items in a line.",
        example="1 × Linen Shirt - Blue / M",
        source=items_summary,
    )
    tracking_number = Text(
        "Tracking Number",
        "The return parcel's number.",
        example="SC123456789",
        source=of_shipment("trackingNumber"),
    )
    is_out_of_policy = Flag(
        "Is Out Of Policy", "Whether no policy allows it.", example=False, source="isOutOfPolicy"
    )
    cancellation_fee = Amount(
        "Cancellation Fee", "What canceling costs.", example="0", source="cancellationFee"
    )
    created_at = Moment(
        "Created At", "When the customer asked.", example="2026-02-04T07:02:24Z", source="createdAt"
    )
    updated_at = Moment(
        "Updated At", "When it last changed.", example="2026-02-04T09:08:06Z", source="lastUpdated"
    )
    items = Lines("Items", "What comes back, line by line.", Item)
    shipments = Lines("Shipments", "The parcels.", Shipment)
    transactions = Lines("Transactions", "The money that moves.", Transaction)
    comments = Lines("Comments", "What was said about it.", Comment)
    transitions = Lines(
        "Transitions", "What happened to it so far.", Transition, source="rmaSummary.events"
    )
