"""Triggers when an RMA has been received: the warehouse has its goods.

ReturnGO notes no event of it, so the bridge compares what is open with what it saw last; the time
is that of a comment on the timeline, where one fits.

Not seen: a return that was received and went on to another status between two looks of the bridge;
and when it was received, where no comment says so.
"""

from connector.blocks import Kind, Trigger
from schemas.change import Dated
from schemas.fields import Text
from schemas.filters import ReturnFilters
from schemas.rma import Rma
from schemas.words import RECEIVED


class ReceivedRma(Rma, Dated):
    """An RMA that is received."""

    status = Text(
        "Status",
        "The status when it was read, which may be a later one.",
        example=RECEIVED,
        source="rmaSummary.status",
    )
    from_status = Text(
        "Old Status",
        "The status before, where ReturnGO tells.",
        example="Approved",
        source="event.previous",
    )


block = Trigger(
    label="RMA Received",
    noun="RMA",
    takes=Kind.RMA_STATUS_CHANGED,
    status=RECEIVED,
    assumes=("rma-event-names", "timeline-words"),
    input=ReturnFilters,
    output=ReceivedRma,
)
