"""A return with all that belongs to it; what people look for first stands at the top."""

from schemas.comment import Comment
from schemas.fields import Amount, Boolean, DateTime, Integer, Lines, Text, TextList
from schemas.highlights import (
    created_at,
    currency,
    different,
    item_count,
    items_summary,
    of_shipment,
    order_name,
    refund_total,
    rma_number,
    total_paid,
)
from schemas.item import Item
from schemas.shapes import FromReturnGO
from schemas.shipment import Shipment
from schemas.transaction import Transaction


class Transition(FromReturnGO):
    """Something that happened to an RMA."""

    name = Text(
        "Name", "What happened, such as RMA_CREATED.", example="RMA_CREATED", source="eventName"
    )
    happened_at = DateTime(
        "Happened At", "When this happened.", example="2026-02-04T07:02:24Z", source="eventDate"
    )
    triggered_via = Text(
        "Triggered Via",
        "Where this was done, such as Return Portal.",
        example="Return Portal",
    )


class Rma(FromReturnGO):
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
        "Status",
        "The status, such as Pending, Approved or Received.",
        example="Approved",
        source="rmaSummary.status",
    )
    order_name = Text(
        "Order Name",
        "The order, as the shop names it.",
        example="H12043",
        source=order_name,
    )
    order_id = Text(
        "Order ID",
        "The shop's id of the order.",
        example="7396218241343",
        source="orderDetails.orderId",
    )
    customer_name = Text(
        "Customer Name",
        "The customer's name.",
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
    item_count = Integer(
        "Item Count",
        "How many items are being returned.",
        example=1,
        source=item_count,
    )
    items_summary = Text(
        "Items Summary",
        "The items in one line of text.",
        example="1 × Linen Shirt - Blue / M",
        source=items_summary,
    )
    tracking_number = Text(
        "Tracking Number",
        "The return parcel's number.",
        example="SC123456789",
        source=of_shipment("trackingNumber"),
    )
    shipment_id = Text(
        "Shipment ID",
        "The return parcel, by ReturnGO's id: map it to *Update Shipment*.",
        example="9754270",
        source=of_shipment("shipmentId"),
    )
    resolution_types = TextList(
        "Resolution Types",
        "What the customer gets for the items.",
        example=["RefundToPaymentMethod"],
        source=lambda rma: different(rma, "resolutionType"),
    )
    return_methods = TextList(
        "Return Methods",
        "How the items come back.",
        example=["Ship with any carrier"],
        source=lambda rma: different(rma, "returnMethod.type"),
    )
    is_out_of_policy = Boolean(
        "Out of Policy",
        "Yes, if the return is outside the shop's return policy.",
        example=False,
    )
    cancellation_fee = Amount(
        "Cancellation Fee",
        "The fee for canceling the return.",
        example="0",
    )
    created_at = DateTime(
        "Created At",
        "When the return was requested.",
        example="2026-02-04T07:02:24Z",
        source=created_at,
    )
    updated_at = DateTime(
        "Updated At",
        "When the return last changed.",
        example="2026-02-04T09:08:06Z",
        source="lastUpdated",
    )
    items = Lines("Items", "The returned items, one by one.", Item)
    shipments = Lines("Shipments", "The parcels of the return.", Shipment)
    transactions = Lines("Transactions", "The refunds and payments of the return.", Transaction)
    comments = Lines("Comments", "The comments on the return.", Comment)
    transitions = Lines(
        "Transitions", "What happened to the return so far.", Transition, source="rmaSummary.events"
    )
