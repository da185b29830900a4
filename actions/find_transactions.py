"""Finds transactions by RMA, order, status, type or payment provider, the newest first.

Of several fields, all must match. With an RMA ID each comes with what people look for in the
return; without one ReturnGO's list does not name it, so *Details* has to look for it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from connector.blocks import Search
from connector.returngo import ReturnGO, rmas_of
from connector.returngo.lookup import find_rma, find_transactions, newest_first
from schemas.fields import Boolean, CommaList, DateTime, Id, LookupText, RmaId, fold
from schemas.of_rma import TransactionOfRma, of_rma
from schemas.reading import dig, read_moment, rows
from schemas.shapes import Input
from schemas.words import TRANSACTION_STATUSES, TRANSACTION_TYPES


class Fields(Input):
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
        at_shopify="Order",
    )
    status = CommaList(
        "Status",
        "Only those in this status, or in one of several with commas between. Empty: all.",
        example="Requested",
        suggestions=TRANSACTION_STATUSES,
    )
    type = CommaList(
        "Type",
        "Only those of this type, or of one of several with commas between. Empty: all.",
        example="RefundToPaymentMethod",
        suggestions=TRANSACTION_TYPES,
    )
    processor = LookupText(
        "Processor", "Only those of this payment provider. Empty: all.", example="Shopify"
    )
    created_after = DateTime(
        "Created After",
        "Only those that were made at this time or later. Empty: all.",
        example="2026-02-04T00:00:00Z",
    )
    updated_after = DateTime(
        "Updated After",
        "Only those that changed at this time or later. Empty: all.",
        example="2026-02-04T00:00:00Z",
    )
    details = Boolean(
        "Details",
        "Yes looks for the return of each, too: one or two more calls of the day for each.",
        example=False,
        load_default=False,
    )


# Calls, once, for finding the returns of those that were made long after their last step.
SEARCHING = 12

# What ReturnGO calls the filters.
THEIR_NAMES = {
    "order_id": "order_ids",
    "status": "statuses",
    "type": "types",
    "processor": "processors",
}


def run(
    returngo: ReturnGO,
    limit: int,
    *,
    details: bool,
    rma_id: str | None = None,
    created_after: datetime | None = None,
    updated_after: datetime | None = None,
    **wanted: str,
) -> Iterable[dict[str, Any]]:
    """GET /transactions; of one RMA, GET /rma/{rmaId}, which holds them. One call."""
    times = {"createdAt": created_after, "lastUpdated": updated_after}
    if rma_id is not None:
        rma = find_rma(returngo, rma_id)
        found = (row for row in rows(rma, "transactions") if _is_wanted(row, rma, times, **wanted))
        return [of_rma(row, rma) for row in newest_first(found)]
    filters = {THEIR_NAMES[name]: [value] for name, value in wanted.items()}
    listed = find_transactions(
        returngo, limit, created_since=created_after, updated_since=updated_after, **filters
    )
    rmas = rmas_of(returngo, listed, most_calls=SEARCHING + 2 * limit) if details else {}
    return [of_rma(row, rmas.get(str(row.get("id")))) for row in listed]


def _is_wanted(
    row: Any,
    rma: Any,
    times: dict[str, datetime | None],
    order_id: str | None = None,
    **words: str,
) -> bool:
    return (
        (order_id is None or str(dig(rma, "orderDetails.orderId")) == order_id)
        and all(fold(str(row.get(name))) in fold(word).split(",") for name, word in words.items())
        and all(
            since is None or ((when := read_moment(row.get(key))) is not None and when >= since)
            for key, since in times.items()
        )
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
