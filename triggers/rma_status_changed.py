"""Triggers when an RMA has come into another status, for example from Approved to Received."""

from connector.blocks import Kind, Trigger
from schemas.change import StatusChange
from schemas.fields import Text
from schemas.filters import ReturnFilters
from schemas.rma import Rma
from schemas.words import RMA_STATUSES


class Filters(ReturnFilters):
    """Which changes."""

    to_status = Text(
        "New Status",
        "Only RMAs that came into this status. Empty: all.",
        example="Received",
        suggestions=RMA_STATUSES,
    )
    from_status = Text(
        "Old Status",
        "Only RMAs that came out of this status. Empty: all.",
        example="Approved",
        suggestions=RMA_STATUSES,
    )


class ChangedRma(Rma, StatusChange):
    """An RMA, and how its status changed."""


block = Trigger(
    label="RMA Status Changed",
    noun="RMA",
    takes=Kind.RMA_STATUS_CHANGED,
    assumes=("rma-event-names",),
    input=Filters,
    output=ChangedRma,
)
