"""Triggers when a transaction has changed since it was made, for example from Requested to Success.

Only a change of a field that is shown counts: ReturnGO touches store credits for weeks without one.
A transaction that was made and changed between two looks of the bridge counts as both new and
updated.

Not seen: each of two changes between two looks, which count as one; a change that was taken back
meanwhile; and what ReturnGO does not show, such as how much of a store credit was used.
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
