"""What people and automations say about an RMA."""

from html.parser import HTMLParser
from typing import Any

from schemas.fields import DateTime, Text
from schemas.shapes import FromReturnGO


class _Words(HTMLParser):
    """Collects the text between tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def plain_text(html: Any) -> str | None:
    """Return the words of a comment without its tags, in one line."""
    if html is None:
        return None
    words = _Words()
    words.feed(str(html))
    words.close()
    return " ".join(" ".join(words.found).split())


class Comment(FromReturnGO):
    """An entry of an RMA's timeline."""

    type = Text(
        "Type",
        "The sort of comment: merchant by a person, system by ReturnGO, error where it failed.",
        example="merchant",
        source="commentType",
    )
    triggered_by = Text(
        "Triggered By",
        "What made the comment, such as Automation.",
        example="Automation",
    )
    html = Text("HTML", "The text, as HTML.", example="<p>Parcel arrived.</p>", source="htmlText")
    commented_at = DateTime(
        "Commented At",
        "When the comment was made.",
        example="2026-02-06T15:40:21Z",
        source="datetime",
    )
