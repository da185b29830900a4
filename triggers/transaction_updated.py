"""Triggers when a transaction has changed since it was made, for example from Requested to Success.

A transaction that was made and changed between two looks of the bridge counts as both new and
updated.
"""

from connector.blocks import Kind, Trigger
from schemas.filters import TransactionFilters
from schemas.of_rma import TransactionOfRma

block = Trigger(
    label="Transaction Updated",
    noun="Transaction",
    takes=Kind.TRANSACTION_UPDATED,
    assumes=("transaction-statuses", "transaction-types", "filters-combine"),
    input=TransactionFilters,
    output=TransactionOfRma,
)
