"""Triggers when ReturnGO notes a problem on an RMA, as a comment of the type error.

Such as: the media that a question asks for are missing, the packing slip could not be made, the
shop refused the return or its refund. ReturnGO lists no comments, so the bridge looks at each open
RMA again and again: more seldom the more there are and the fewer calls are left.

Not seen: a problem on a return that is done, rejected or canceled, until the bridge reads that
return again; and one of which ReturnGO leaves no comment.
"""

from collections.abc import Mapping
from typing import Any

from connector.blocks import Kind, Trigger
from schemas.comment import plain_text
from schemas.fields import Text
from schemas.filters import ReturnFilters
from schemas.of_rma import CommentOfRma
from schemas.words import ERROR


class ProblemComment(CommentOfRma):
    """What went wrong on an RMA, as its timeline tells it."""

    text = Text(
        "Text",
        "What went wrong, in ReturnGO's words.",
        example="The packing slip could not be generated.",
        source=lambda comment: plain_text(comment.get("htmlText")),
    )
    type = Text("Type", "The sort of comment: error.", example=ERROR, source="commentType")
    html = Text(
        "HTML",
        "The same, as HTML.",
        example="<p>The packing slip could not be generated.</p>",
        source="htmlText",
    )


def is_problem(shown: Mapping[str, Any]) -> bool:
    """Return whether a comment, as shown, is about something that went wrong."""
    return bool(shown["type"] == ERROR)


block = Trigger(
    label="RMA Problem",
    noun="Comment",
    takes=Kind.COMMENT_ADDED,
    only=is_problem,
    input=ReturnFilters,
    output=ProblemComment,
)
