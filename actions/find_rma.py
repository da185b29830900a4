"""Finds RMAs by id, order, tracking number or customer, each with all its details.

Of several fields, all must match. The newest RMA comes first.
"""

from collections.abc import Iterable
from typing import Any

from marshmallow import ValidationError, validates_schema

from connector.blocks import Search
from connector.returngo import ReturnGO
from connector.returngo.lookup import find_details, find_rma, is_of_customer, is_wanted
from schemas.fields import Id, LookupText, RmaId
from schemas.rma import Rma
from schemas.shapes import Input

KNOWN = ("rma_id", "order_name", "tracking_number", "customer_id")


class Fields(Input):
    """Which RMAs."""

    rma_id = RmaId(
        "RMA ID",
        "The return, by ReturnGO's id; RMA10030552 is taken, too.",
        example="10030552",
        choices_from="open_rmas",
    )
    order_name = LookupText(
        "Order Name", "The order, as the shop names it, with or without the #.", example="H12043"
    )
    tracking_number = LookupText(
        "Tracking Number", "The number of a parcel of the return.", example="SC123456789"
    )
    customer_id = Id(
        "Customer ID",
        "The customer, by the shop's own id.",
        example="6512044310583",
        at_shopify="Customer",
    )

    @validates_schema
    def _check_that_something_is_asked(self, call: dict[str, Any], **_: Any) -> None:
        if not any(name in call for name in KNOWN):
            raise ValidationError(f"needs at least one of {', '.join(KNOWN)}.", "query")


def run(
    returngo: ReturnGO,
    limit: int,
    rma_id: str | None = None,
    customer_id: str | None = None,
    **known: str,
) -> Iterable[dict[str, Any]]:
    """GET /rmas, then GET /rma/{rmaId} for each; by its id, an RMA is read at once."""
    if rma_id is None:
        return find_details(returngo, limit, customer_id=customer_id, **known)
    rma = find_rma(returngo, rma_id)
    if rma is None or not is_wanted(rma, **known):
        return []
    return [rma] if is_of_customer(returngo, rma_id, customer_id) else []


block = Search(
    label="Find RMA",
    noun="RMA",
    assumes=("filters-combine",),
    input=Fields,
    output=Rma,
    run=run,
)
