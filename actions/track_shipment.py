"""Starts a carrier's tracking of a shipment, so that ReturnGO follows the parcel."""

from typing import Any

from connector.blocks import Action, Effect
from connector.returngo import NotFound, ReturnGO
from schemas.fields import Id, Name, Text
from schemas.shapes import FromReturnGO, in_camel_case
from schemas.which import WhichShipment


class Fields(WhichShipment):
    """What to track."""

    tracking_number = Name(
        "Tracking Number", "The carrier's number.", example="SC123456789", required=True
    )
    carrier_name = Text(
        "Carrier", "The carrier of the parcel.", example="Sample Couriers", required=True
    )


class TrackedShipment(FromReturnGO):
    """A shipment that is tracked."""

    id = Id("ID", "The shipment, to tell it from others.", example="9754270", source="shipmentId")
    shipment_id = Id("Shipment ID", "ReturnGO's id of the shipment.", example="9754270")
    tracking_number = Text("Tracking Number", "The carrier's number.", example="SC123456789")
    carrier_name = Text("Carrier", "The carrier of the parcel.", example="Sample Couriers")


def run(returngo: ReturnGO, rma_id: str | None = None, **tracker: str) -> dict[str, Any]:
    """POST /shipment-tracker."""
    del rma_id  # it only helped to pick
    # [A] tracker-body
    body = {in_camel_case(name): value for name, value in tracker.items()}
    try:
        returngo.track_shipment(body)
    except NotFound as refusal:
        raise NotFound(
            f"ReturnGO has no shipment {tracker['shipment_id']} in {returngo.shop}.",
            request_id=refusal.request_id,
        ) from refusal
    return body


block = Action(
    label="Track Shipment",
    noun="Shipment",
    effect=Effect.SET,
    input=Fields,
    output=TrackedShipment,
    assumes=("tracker-body", "tracker-again"),
    run=run,
)
