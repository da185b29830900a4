"""Triggers when a refund waits to be paid outside ReturnGO.

Needs the store's "Notify About Refunds Instead of Issuing" setting. Pay the refund, then tell
ReturnGO with *Record Transaction*.
"""

from connector.blocks import Kind, Trigger
from schemas.fields import Text
from schemas.shapes import Input
from schemas.transaction import Transaction
from schemas.words import REQUESTED


class Filters(Input):
    """Which refunds."""

    type = Text(
        "Type",
        "Only refunds of this type, such as RefundToPaymentMethod. Empty: all.",
        example="RefundToPaymentMethod",
    )


block = Trigger(
    label="Refund Requested",
    noun="Transaction",
    takes=Kind.TRANSACTION_CHANGED,
    # [A] refund-requested
    status=REQUESTED,
    input=Filters,
    output=Transaction,
)
