"""Triggers when a customer is to pay for an exchange: its invoice is Requested.

The money comes from the customer, so this is never a refund to pay. ReturnGO sends the invoice
itself; remind the customer, or hold the exchange back until *Transaction Updated* says Success.

Not seen: an invoice that was sent and paid between two looks of the bridge. Where its RMA is not
found among the newest 500, what belongs to the RMA is null.
"""

from collections.abc import Mapping
from typing import Any

from connector.blocks import Kind, Trigger
from schemas.fields import OrderName, Text
from schemas.of_rma import TransactionOfRma
from schemas.shapes import Input
from schemas.words import INVOICE, REQUESTED


class Filters(Input):
    """Which invoices."""

    order_name = OrderName(
        "Order Name", "Only of this order, with or without the #. Empty: all.", example="H12043"
    )


class Invoice(TransactionOfRma):
    """What a customer owes for an exchange."""

    type = Text("Type", "What the money is for.", example=INVOICE)


def is_invoice(shown: Mapping[str, Any]) -> bool:
    """Return whether a transaction, as shown, is what a customer owes."""
    return bool(shown["type"] == INVOICE)


block = Trigger(
    label="Exchange Invoice Waiting",
    noun="Transaction",
    takes=Kind.TRANSACTION_STATUS_CHANGED,
    status=REQUESTED,
    only=is_invoice,
    assumes=("filters-combine",),
    input=Filters,
    output=Invoice,
)
