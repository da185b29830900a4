"""How a status changed: what an event knows and the thing itself does not."""

from schemas.fields import Text
from schemas.shapes import FromReturnGO


class StatusChange(FromReturnGO):
    """From which status to which."""

    from_status = Text(
        "Old Status",
        "The status before, where ReturnGO tells.",
        example="Received",
        source="event.previous",
    )
    to_status = Text(
        "New Status", "The status that it came into.", example="Validated", source="event.status"
    )
