"""Triggers when an RMA has been approved: what a warehouse may expect begins here.

A return that was canceled and is reopened into Approved is told again.

Not seen: an approval that was taken back between two looks of the bridge, where ReturnGO keeps no
event of it.
"""

from connector.blocks import Kind, Trigger
from schemas.change import Dated
from schemas.fields import Text
from schemas.filters import ReturnFilters
from schemas.rma import Rma
from schemas.words import APPROVED


class ApprovedRma(Rma, Dated):
    """An RMA that is approved."""

    status = Text(
        "Status",
        "The status when it was read, which may be a later one.",
        example=APPROVED,
        source="rmaSummary.status",
    )
    from_status = Text(
        "Old Status",
        "The status before, where ReturnGO tells.",
        example="Pending",
        source="event.previous",
    )


block = Trigger(
    label="RMA Approved",
    noun="RMA",
    takes=Kind.RMA_STATUS_CHANGED,
    status=APPROVED,
    assumes=("rma-event-names", "timeline-words"),
    input=ReturnFilters,
    output=ApprovedRma,
)
