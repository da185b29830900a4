"""What people and automations say about an RMA."""

from schemas.fields import Moment, Text
from schemas.shapes import Output


class Comment(Output):
    """An entry of an RMA's timeline."""

    type = Text("Type", "Who speaks.", example="merchant", source="commentType")
    triggered_by = Text("Triggered By", "What made it.", example="Automation", source="triggeredBy")
    html = Text("HTML", "What it says.", example="<p>Parcel arrived.</p>", source="htmlText")
    commented_at = Moment(
        "Commented At", "When it was made.", example="2026-02-06T15:40:21Z", source="datetime"
    )
