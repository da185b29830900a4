"""Sets the status of an RMA, for example to Received when the parcel has arrived.

An RMA that already has the status is left as it is.
"""

from connector.blocks import Action, Effect
from connector.returngo.status_setting import set_rma_status
from schemas.fields import Text
from schemas.rma_status import RmaStatus
from schemas.which import WhichRma
from schemas.words import RMA_STATUSES


class Fields(WhichRma):
    """What to set."""

    status = Text(
        "Status",
        "The new status. ReturnGO accepts the next step (Pending, Approved, Received, Validated,"
        " Done), Rejected or Canceled; whether it reopens a canceled return, it decides itself.",
        example="Received",
        choices=RMA_STATUSES,
        required=True,
    )


block = Action(
    label="Update RMA Status",
    noun="RMA",
    effect=Effect.SET,
    input=Fields,
    output=RmaStatus,
    assumes=("status-body",),
    run=set_rma_status,
)
