"""How a status changed: what an event knows and the thing itself does not."""

from typing import Any

from schemas.fields import Text
from schemas.reading import dig
from schemas.shapes import FromReturnGO
from schemas.words import DATED_BY_COMMENT, DATED_BY_EVENT

DATED_BY = {DATED_BY_EVENT: "Event", DATED_BY_COMMENT: "Timeline Comment"}


def _dated_by(document: Any) -> str | None:
    known = dig(document, "event.dated_by")
    return None if known is None else DATED_BY.get(known, str(known))


class Dated(FromReturnGO):
    """How the time of a change is known."""

    dated_by = Text(
        "Dated By",
        "How Occurred At is known: Event, by ReturnGO's own; Timeline Comment, by a comment that"
        " fits; empty where ReturnGO does not say when.",
        example=DATED_BY[DATED_BY_EVENT],
        source=_dated_by,
    )


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
