"""Triggers when a refund waits to be paid outside ReturnGO.

Needs the store's "Notify About Refunds Instead of Issuing" setting: without it, ReturnGO may pay
what you pay, too. Pay the refund, then tell ReturnGO with *Record Transaction*. What the customer
owes, what is only authorised, and a refund that bears the reference of a payment never come here.
The customer's bank account is shown where `raw=true` asks for it, as by *Find Transactions*.

Not seen: a refund that leaves Requested and comes back to it between two looks of the bridge. Where
its RMA is not found among the newest 500, what belongs to the RMA is null.
"""

from connector.blocks import Kind, Trigger
from schemas.fields import Text
from schemas.filters import RefundFilters
from schemas.of_rma import TransactionOfRma
from schemas.refund import waits_to_be_paid
from schemas.words import REQUESTED


class RequestedRefund(TransactionOfRma):
    """A refund that was not paid yet: it bears no reference."""

    external_reference_id = Text(
        "External Reference ID",
        "The payment's id outside ReturnGO: empty, as nobody has paid.",
        example="",
    )


block = Trigger(
    label="Refund Requested",
    noun="Transaction",
    takes=Kind.TRANSACTION_STATUS_CHANGED,
    status=REQUESTED,
    only=waits_to_be_paid,
    assumes=("refund-requested", "transaction-types", "filters-combine"),
    input=RefundFilters,
    output=RequestedRefund,
)
