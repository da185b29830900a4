"""An RMA, as an action that sets its status answers it."""

from schemas.fields import RmaId, Text
from schemas.shapes import FromReturnGO


class RmaStatus(FromReturnGO):
    """An RMA with its status."""

    id = RmaId("ID", "The RMA, to tell it from others.", example="10030552", source="rmaId")
    rma_id = RmaId("RMA ID", "ReturnGO's id of the return.", example="10030552")
    status = Text("Status", "The status that it has now.", example="Received")


def rma_in(word: str) -> type[RmaStatus]:
    """Return what an action answers that only ever sets the status `word`."""

    class RmaInStatus(RmaStatus):
        status = Text("Status", "The status that it has now.", example=word)

    return RmaInStatus
