"""Triggers when an RMA has come into another status, for example from Approved to Received.

Not seen: each of several changes between two looks of the bridge, where ReturnGO keeps no event of
them: they count as one, from the first status to the last; and a status that was changed and
changed back.
"""

from connector.blocks import Kind, Trigger
from schemas.change import Dated, StatusChange
from schemas.fields import CommaList
from schemas.filters import ReturnFilters
from schemas.rma import Rma
from schemas.words import RMA_STATUSES


class Filters(ReturnFilters):
    """Which changes."""

    to_status = CommaList(
        "New Status",
        "Only RMAs that came into this status. Empty: all.",
        example="Received",
        suggestions=RMA_STATUSES,
    )
    from_status = CommaList(
        "Old Status",
        "Only RMAs that came out of this status. Empty: all.",
        example="Approved",
        suggestions=RMA_STATUSES,
    )


class ChangedRma(Rma, StatusChange, Dated):
    """An RMA, and how its status changed."""


block = Trigger(
    label="RMA Status Changed",
    noun="RMA",
    takes=Kind.RMA_STATUS_CHANGED,
    assumes=("rma-event-names", "timeline-words"),
    input=Filters,
    output=ChangedRma,
)
