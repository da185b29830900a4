"""What a drop-down offers."""

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
