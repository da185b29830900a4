"""Finds transactions by RMA, order, status, type or payment provider, the newest first.

Of several fields, all must match. With an RMA ID each comes with what people look for in the
return; without one that is left empty, since ReturnGO's list does not name the RMA.
"""

from collections.abc import Iterable
from typing import Any

from connector.blocks import Search
from connector.returngo import ReturnGO
from connector.returngo.lookup import find_rma, find_transactions, newest_first
from schemas.fields import AnyOf, Id, RmaId, Sought, fold
from schemas.highlights import rows
from schemas.of_rma import TransactionOfRma, of_rma
from schemas.reading import dig
from schemas.shapes import Query
from schemas.words import TRANSACTION_STATUSES, TRANSACTION_TYPES


class Fields(Query):
    """Which transactions."""

    rma_id = RmaId(
        "RMA ID",
        "Only those of this return, by ReturnGO's id. Empty: all.",
        example="10030552",
        choices_from="open_rmas",
    )
    order_id = Id(
        "Order ID",
        "Only those of this order, by the shop's internal id; not the order's name. Empty: all.",
        example="7396218241343",
    )
    status = AnyOf(
        "Status",
        "Only those in this status, or in one of several with commas between. Empty: all.",
        example="Requested",
        suggestions=TRANSACTION_STATUSES,
    )
    type = AnyOf(
        "Type",
        "Only those of this type, or of one of several with commas between. Empty: all.",
        example="RefundToPaymentMethod",
        suggestions=TRANSACTION_TYPES,
    )
    processor = Sought(
        "Processor", "Only those of this payment provider. Empty: all.", example="Shopify"
    )


# What ReturnGO calls the filters.
THEIR_NAMES = {
    "order_id": "order_ids",
    "status": "statuses",
    "type": "types",
    "processor": "processors",
}


def run(
    returngo: ReturnGO, limit: int, rma_id: str | None = None, **wanted: str
) -> Iterable[dict[str, Any]]:
    """GET /transactions; of one RMA, GET /rma/{rmaId}, which holds them. One call."""
    if rma_id is None:
        filters = {THEIR_NAMES[name]: [value] for name, value in wanted.items()}
        return (of_rma(row, None) for row in find_transactions(returngo, limit, **filters))
    rma = find_rma(returngo, rma_id)
    found = (row for row in rows(rma, "transactions") if _is_wanted(row, rma, **wanted))
    return (of_rma(row, rma) for row in newest_first(found))


def _is_wanted(row: Any, rma: Any, order_id: str | None = None, **words: str) -> bool:
    return (order_id is None or str(dig(rma, "orderDetails.orderId")) == order_id) and all(
        fold(str(row.get(name))) in fold(wanted).split(",") for name, wanted in words.items()
    )


block = Search(
    label="Find Transactions",
    noun="Transaction",
    input=Fields,
    output=TransactionOfRma,
    assumes=(
        "transaction-order",
        "transaction-types",
        "transaction-statuses",
        "filters-combine",
    ),
    run=run,
)
