"""What a drop-down offers."""

from typing import Any

from schemas.fields import Text
from schemas.shapes import Output


class Option(Output):
    """One value of a drop-down."""

    id = Text("ID", "The value that the field takes.", example="10030552", allow_none=False)
    label = Text(
        "Label",
        "What people see.",
        example="RMA10030552 · Approved · H12043",
        allow_none=False,
    )


def label(*parts: Any) -> str:
    """Write what is known of a thing in a line, the most telling first; None is left out."""
    return " · ".join(str(part) for part in parts if part is not None)
