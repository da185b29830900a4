"""Rejects an RMA.

One that is rejected already is left as it is. Where ReturnGO refuses it, the answer says in which
status the return is.
"""

from typing import Any

from connector.blocks import Action, Effect
from connector.returngo import ReturnGO
from connector.returngo.status_setting import set_rma_status
from schemas.fields import Text
from schemas.rma_status import RmaStatus
from schemas.which import WhichRma
from schemas.words import REJECTED


class RejectedRma(RmaStatus):
    """An RMA that is rejected."""

    status = Text("Status", "The status that it has now.", example=REJECTED)


def run(returngo: ReturnGO, rma_id: str) -> dict[str, Any]:
    """PUT /rma/{rmaId}/status."""
    return set_rma_status(returngo, rma_id, REJECTED)


block = Action(
    label="Reject RMA",
    noun="RMA",
    effect=Effect.SET,
    input=WhichRma,
    output=RejectedRma,
    assumes=("status-body",),
    run=run,
)
