"""Setting the status of an RMA, whichever action does it."""

from typing import Any

from connector.returngo.client import ReturnGO
from connector.returngo.errors import BadRequest
from schemas.reading import dig


def set_rma_status(returngo: ReturnGO, rma_id: str, status: str) -> dict[str, Any]:
    """Set it by PUT /rma/{rmaId}/status; an RMA that has it already is left as it is.

    Raises BadRequest, which names the status that the RMA is in, and any other ReturnGOError.
    """
    try:
        returngo.update_rma_status(rma_id, status)
    except BadRequest as refusal:
        # Perhaps an earlier try, whose answer got lost, has done it.
        present = dig(returngo.get_rma(rma_id), "rmaSummary.status")
        if present != status:
            raise BadRequest(
                f"ReturnGO does not let RMA {rma_id} go from {present} to {status}. {refusal}",
                request_id=refusal.request_id,
            ) from refusal
    return {"rmaId": rma_id, "status": status}
