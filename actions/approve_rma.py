"""Approves an RMA, so that the customer can send the goods back.

One that is approved already is left as it is. Where ReturnGO cannot make the packing slip, the
return stays Pending, and an error comment on it says why: *RMA Problem* tells of it.
"""

from typing import Any

from connector.blocks import Action, Effect
from connector.returngo import ReturnGO
from connector.returngo.status_setting import set_rma_status
from schemas.fields import Text
from schemas.rma_status import RmaStatus
from schemas.which import WhichRma
from schemas.words import APPROVED


class ApprovedRma(RmaStatus):
    """An RMA that is approved."""

    status = Text("Status", "The status that it has now.", example=APPROVED)


def run(returngo: ReturnGO, rma_id: str) -> dict[str, Any]:
    """PUT /rma/{rmaId}/status."""
    return set_rma_status(returngo, rma_id, APPROVED)


block = Action(
    label="Approve RMA",
    noun="RMA",
    effect=Effect.SET,
    input=WhichRma,
    output=ApprovedRma,
    assumes=("status-body",),
    run=run,
)
