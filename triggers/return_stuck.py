"""Triggers when an RMA has stood in one status for so many days, once for each RMA and stay.

The bridge tells it by its own clock and by what it knows: no call is spent, and what ReturnGO's
list does not tell may be null; *Get RMA* looks it up.

Not seen: since when it has stood there, where neither an event nor a comment of ReturnGO dates it:
then the days count from the bridge's first look; and a status that was left and come back to
between two looks.
"""

from marshmallow import validate

from connector.blocks import Kind, Trigger
from schemas.fields import CommaList, DateTime, Integer, Text
from schemas.rma import Rma
from schemas.shapes import Input
from schemas.words import OPEN_RMA_STATUSES

DEFAULT_DAYS = 7
MOST_DAYS = 90


class Filters(Input):
    """Which RMAs."""

    status = CommaList(
        "Status",
        "Only RMAs that stand in this status. Empty: in any in which they are open.",
        example="Approved",
        suggestions=OPEN_RMA_STATUSES,
    )
    days = Integer(
        "Days",
        f"After how many whole days, up to {MOST_DAYS}. Empty: {DEFAULT_DAYS}.",
        example=DEFAULT_DAYS,
        validate=validate.Range(min=1, max=MOST_DAYS),
        load_default=DEFAULT_DAYS,
    )


class StuckRma(Rma):
    """An RMA that does not move, as far as it is known."""

    status = Text(
        "Status", "The status in which it stands.", example="Approved", source="event.status"
    )
    days = Integer(
        "Days",
        "For how many whole days it has stood there.",
        example=DEFAULT_DAYS,
        source="event.days",
    )
    in_status_since = DateTime(
        "In Status Since",
        "Since when it has stood there.",
        example="2026-01-28T09:08:06Z",
        source="event.since",
    )


block = Trigger(
    label="Return Stuck",
    noun="RMA",
    takes=Kind.RMA_STUCK,
    asks_by=("status", "days"),
    input=Filters,
    output=StuckRma,
)
