"""Triggers when a refund has failed, whatever its kind: to the payment method, a credit, a card.

Tell whoever can pay it another way; what became of it goes back with *Record Transaction*.

Not seen: a refund that failed and was done after all between two looks of the bridge. Where its RMA
is not found among the newest 500, what belongs to the RMA is null.
"""

from connector.blocks import Kind, Trigger
from schemas.fields import Text
from schemas.filters import RefundFilters
from schemas.of_rma import TransactionOfRma
from schemas.refund import is_refund
from schemas.words import FAILED


class FailedRefund(TransactionOfRma):
    """A refund that was not paid."""

    status = Text("Status", "The status that it has now.", example=FAILED)


block = Trigger(
    label="Refund Failed",
    noun="Transaction",
    takes=Kind.TRANSACTION_STATUS_CHANGED,
    status=FAILED,
    only=is_refund,
    assumes=("transaction-types", "filters-combine"),
    input=RefundFilters,
    output=FailedRefund,
)
