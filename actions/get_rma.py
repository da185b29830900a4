"""Gets one RMA with all its details.

Nothing is found where ReturnGO has no such RMA in the shop.
"""

from typing import Any

from connector.blocks import Search
from connector.returngo import ReturnGO
from connector.returngo.lookup import find_rma
from schemas.rma import Rma
from schemas.which import WhichRma


def run(returngo: ReturnGO, limit: int, rma_id: str) -> list[dict[str, Any]]:
    """GET /rma/{rmaId}: one call."""
    del limit
    rma = find_rma(returngo, rma_id)
    return [] if rma is None else [rma]


block = Search(label="Get RMA", noun="RMA", input=WhichRma, output=Rma, run=run)
