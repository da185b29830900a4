"""Triggers when somebody, or an automation, has commented on an RMA.

ReturnGO lists no comments, so the bridge looks at each open RMA again and again: more seldom the
more there are and the fewer calls are left.
"""

from connector.blocks import Kind, Trigger
from schemas.fields import Text
from schemas.filters import ReturnFilters
from schemas.of_rma import CommentOfRma


class Filters(ReturnFilters):
    """Which comments."""

    type = Text(
        "Type",
        "Only comments of this type. Empty: all.",
        example="merchant",
        suggestions=("merchant", "system"),
    )


block = Trigger(
    label="RMA Comment Added",
    noun="Comment",
    takes=Kind.COMMENT_ADDED,
    input=Filters,
    output=CommentOfRma,
)
