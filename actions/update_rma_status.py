"""Sets the status of an RMA, for example to Received when the parcel has arrived.

An RMA that already has the status is left as it is.
"""

from typing import Any

from connector.blocks import Action, Effect
from connector.returngo import BadRequest, ReturnGO
from schemas.fields import RmaId, Text
from schemas.reading import dig
from schemas.shapes import FromReturnGO
from schemas.which import WhichRma
from schemas.words import RMA_STATUSES


class Fields(WhichRma):
    """What to set."""

    status = Text(
        "Status",
        "The new status. ReturnGO accepts the next step (Pending, Approved, Received, Validated,"
        " Done), Rejected or Canceled.",
        example="Received",
        choices=RMA_STATUSES,
        required=True,
    )


class RmaStatus(FromReturnGO):
    """An RMA with its status."""

    id = RmaId("ID", "The RMA, to tell it from others.", example="10030552", source="rmaId")
    rma_id = RmaId("RMA ID", "ReturnGO's id of the return.", example="10030552")
    status = Text("Status", "The status that it has now.", example="Received")


def run(returngo: ReturnGO, rma_id: str, status: str) -> dict[str, Any]:
    """PUT /rma/{rmaId}/status."""
    try:
        returngo.update_rma_status(rma_id, status)
    except BadRequest as refusal:
        # Perhaps an earlier try, whose answer got lost, has done it.
        present = dig(returngo.get_rma(rma_id), "rmaSummary.status")
        if present != status:
            raise BadRequest(
                f"ReturnGO does not let RMA {rma_id} go from {present} to {status}. {refusal}",
                request_id=refusal.request_id,
            ) from refusal
    return {"rmaId": rma_id, "status": status}


block = Action(
    label="Update RMA Status",
    noun="RMA",
    effect=Effect.SET,
    input=Fields,
    output=RmaStatus,
    assumes=("status-body",),
    run=run,
)
