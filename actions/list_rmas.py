"""Lists RMAs, the newest first: of a customer, an order, in some statuses, or of some time.

Without Details it takes one call of the day for all of them, and shows only what ReturnGO's list
tells: id, status, order, when it was created, and its transitions; everything else is null.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from connector.blocks import Search
from connector.returngo import ReturnGO
from connector.returngo.lookup import find_details, find_summaries
from schemas.fields import Boolean, CommaList, DateTime, Id, LookupText
from schemas.rma import Rma
from schemas.shapes import Input
from schemas.words import RMA_STATUSES


class Fields(Input):
    """Which RMAs."""

    customer_id = Id(
        "Customer ID",
        "Only of this customer, by the shop's own id. Empty: all.",
        example="6512044310583",
        at_shopify="Customer",
    )
    order_name = LookupText(
        "Order Name", "Only of this order, with or without the #. Empty: all.", example="H12043"
    )
    status = CommaList(
        "Status",
        "Only RMAs in this status, or in one of several with commas between. Empty: all.",
        example="Approved",
        suggestions=RMA_STATUSES,
    )
    created_after = DateTime(
        "Created After",
        "Only RMAs that were requested at this time or later. Empty: all.",
        example="2026-02-04T07:02:24Z",
    )
    updated_after = DateTime(
        "Updated After",
        "Only RMAs that changed at this time or later. Empty: all.",
        example="2026-02-04T09:08:06Z",
    )
    details = Boolean(
        "Details",
        "Yes shows customer, items, shipments and money, too: one more call of the day for each"
        " RMA.",
        example=False,
        load_default=False,
    )


def run(
    returngo: ReturnGO,
    limit: int,
    *,
    details: bool,
    status: str | None = None,
    created_after: datetime | None = None,
    updated_after: datetime | None = None,
    **whose: str,
) -> Iterable[dict[str, Any]]:
    """GET /rmas; with details, GET /rma/{rmaId} for each."""
    find = find_details if details else find_summaries
    return find(
        returngo,
        limit,
        status=[] if status is None else [status],
        created_since=created_after,
        updated_since=updated_after,
        **whose,
    )


block = Search(
    label="List RMAs",
    noun="RMA",
    assumes=("filters-combine",),
    input=Fields,
    output=Rma,
    run=run,
)
