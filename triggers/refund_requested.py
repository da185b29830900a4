"""Triggers when a refund waits to be paid outside ReturnGO.

Needs the store's "Notify About Refunds Instead of Issuing" setting. Pay the refund, then tell
ReturnGO with *Record Transaction*.
"""

from connector.blocks import Kind, Trigger
from schemas.fields import OrderName, Text
from schemas.of_rma import TransactionOfRma
from schemas.shapes import Input
from schemas.words import REFUND_TYPES, REQUESTED


class Filters(Input):
    """Which refunds."""

    type = Text(
        "Type",
        "Only refunds of this type. Empty: all.",
        example="RefundToPaymentMethod",
        suggestions=REFUND_TYPES,
    )
    order_name = OrderName(
        "Order Name", "Only of this order, with or without the #. Empty: all.", example="H12043"
    )


block = Trigger(
    label="Refund Requested",
    noun="Transaction",
    takes=Kind.TRANSACTION_STATUS_CHANGED,
    # [A] refund-requested
    status=REQUESTED,
    assumes=("refund-requested", "transaction-types", "filters-combine"),
    input=Filters,
    output=TransactionOfRma,
)
