"""Triggers when somebody, or an automation, has commented on an RMA.

ReturnGO lists no comments, so the bridge looks at each open RMA again and again: more seldom the
more there are and the fewer calls are left.

Not seen: a comment on a return that is done, rejected or canceled, until the bridge reads that
return again.
"""

from connector.blocks import Kind, Trigger
from schemas.fields import CommaList
from schemas.filters import ReturnFilters
from schemas.of_rma import CommentOfRma
from schemas.words import COMMENT_TYPES


class Filters(ReturnFilters):
    """Which comments."""

    type = CommaList(
        "Type",
        "Only comments of this type. Empty: all.",
        example="merchant",
        suggestions=COMMENT_TYPES,
    )


block = Trigger(
    label="RMA Comment Added",
    noun="Comment",
    takes=Kind.COMMENT_ADDED,
    input=Filters,
    output=CommentOfRma,
)
