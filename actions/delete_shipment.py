"""Deletes a shipment, for example one whose label will not be used.

What an interrupted try has deleted already counts as done.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from connector.blocks import Action, Effect
from connector.returngo import NotFound, QuotaReached, ReturnGO, TimedOut, Unavailable
from schemas.fields import Boolean, Id
from schemas.shapes import FromReturnGO
from schemas.which import WhichUnusedShipment


class DeletedShipment(FromReturnGO):
    """A shipment that is gone."""

    id = Id("ID", "The shipment, to tell it from others.", example="9754270", source="shipmentId")
    shipment_id = Id("Shipment ID", "ReturnGO's id of the shipment.", example="9754270")
    is_deleted = Boolean("Is Deleted", "Yes: the shipment is gone.", example=True)


def run(returngo: ReturnGO, shipment_id: str, rma_id: str | None = None) -> dict[str, Any]:
    """DELETE /shipment/{shipmentId}."""
    del rma_id  # it only helped to pick
    try:
        returngo.delete_shipment(shipment_id)
    except NotFound as refusal:
        raise NotFound(
            f"ReturnGO has no shipment {shipment_id} in {returngo.shop}; perhaps it was deleted"
            " before.",
            request_id=refusal.request_id,
        ) from refusal
    except TimedOut:  # the platform will not wait for another try
        raise
    except Unavailable as lost:
        _delete_again(returngo, shipment_id, lost)
    return _deleted(shipment_id)


def already_done(
    returngo: ReturnGO, since: datetime, shipment_id: str, rma_id: str | None = None
) -> dict[str, Any]:
    """Delete what the earlier try may have left."""
    del since, rma_id
    with suppress(NotFound):
        returngo.delete_shipment(shipment_id, repeatable=True)
    return _deleted(shipment_id)


def _delete_again(returngo: ReturnGO, shipment_id: str, lost: Unavailable) -> None:
    try:
        returngo.delete_shipment(shipment_id)
    except NotFound:  # so the first try did it
        return
    except QuotaReached as error:  # says that nothing happened, which is true of this try only
        raise lost from error


def _deleted(shipment_id: str) -> dict[str, Any]:
    return {"shipmentId": shipment_id, "isDeleted": True}


block = Action(
    label="Delete Shipment",
    noun="Shipment",
    effect=Effect.SET,
    input=WhichUnusedShipment,
    output=DeletedShipment,
    run=run,
    already_done=already_done,
)
