"""The RMAs that are still open, the newest first."""

from connector.blocks import Choice
from connector.returngo import ReturnGO
from connector.returngo.lookup import find_summaries
from schemas.option import label
from schemas.rma import Rma
from schemas.words import OPEN_RMA_STATUSES

MOST_RMAS = 200


def run(returngo: ReturnGO) -> list[tuple[str, str]]:
    """GET /rmas, once."""
    rmas = Rma(only=("rma_id", "rma_number", "status", "order_name"))
    found = rmas.dump(find_summaries(returngo, MOST_RMAS, status=OPEN_RMA_STATUSES), many=True)
    return [
        (rma["rma_id"], label(rma["rma_number"], rma["status"], rma["order_name"]))
        for rma in found
        if rma["rma_id"]
    ]


block = Choice(label="Open RMAs", noun="RMA", run=run)
