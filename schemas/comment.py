"""What people and automations say about an RMA."""

from schemas.fields import Moment, Text
from schemas.shapes import FromReturnGO


class Comment(FromReturnGO):
    """An entry of an RMA's timeline."""

    type = Text(
        "Type",
        "Who wrote the comment, such as merchant or system.",
        example="merchant",
        source="commentType",
    )
    triggered_by = Text(
        "Triggered By",
        "What made the comment, such as Automation.",
        example="Automation",
    )
    html = Text("HTML", "The text, as HTML.", example="<p>Parcel arrived.</p>", source="htmlText")
    commented_at = Moment(
        "Commented At",
        "When the comment was made.",
        example="2026-02-06T15:40:21Z",
        source="datetime",
    )
