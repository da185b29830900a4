"""Gets one RMA with all its details.

Nothing is found where ReturnGO has no such RMA in the shop.
"""

from typing import Any

from connector.blocks import Search
from connector.returngo import ReturnGO
from connector.returngo.lookup import find_rma
from schemas.fields import RmaId
from schemas.rma import Rma
from schemas.shapes import Query


class Fields(Query):
    """Which RMA."""

    rma_id = RmaId(
        "RMA ID",
        "The return, by ReturnGO's id; RMA10030552 is taken, too.",
        example="10030552",
        required=True,
        choices_from="open_rmas",
    )


def run(returngo: ReturnGO, limit: int, rma_id: str) -> list[dict[str, Any]]:
    """GET /rma/{rmaId}: one call."""
    del limit
    rma = find_rma(returngo, rma_id)
    return [] if rma is None else [rma]


block = Search(label="Get RMA", noun="RMA", input=Fields, output=Rma, run=run)
