"""Triggers when ReturnGO has a new transaction: a refund, a payment, a capture.

Not seen: how a transaction stood before the bridge's first look at it. Where its RMA is not found
among the newest 500, what belongs to the RMA is null.
"""

from connector.blocks import Kind, Trigger
from schemas.filters import TransactionFilters
from schemas.of_rma import TransactionOfRma

block = Trigger(
    label="New Transaction",
    noun="Transaction",
    takes=Kind.TRANSACTION_CREATED,
    assumes=("transaction-statuses", "transaction-types", "filters-combine"),
    input=TransactionFilters,
    output=TransactionOfRma,
)
