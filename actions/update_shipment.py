"""Updates a shipment: its status, carrier, tracking number, tracking address or label.

What is left empty stays as it is. A shipment that already has the status keeps it.
"""

from contextlib import suppress
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from connector.blocks import Action, Effect
from connector.returngo import BadRequest, NotFound, ReturnGO, ReturnGOError
from schemas.fields import Described, Text
from schemas.highlights import rows
from schemas.shipment import Shipment
from schemas.which import WhichShipment
from schemas.words import SHIPMENT_STATUSES, SHIPMENT_TRANSITIONS

IS_WEB_ADDRESS = validate.URL(
    schemes={"http", "https"}, error="must be an address that begins with http:// or https://."
)
THEIR_NAMES: dict[str, Any] = {
    name: field.source for name, field in Shipment().fields.items() if isinstance(field, Described)
}
CHANGES = ("status", "carrier_name", "tracking_number", "tracking_url", "label_url")


class Fields(WhichShipment):
    """What to change."""

    status = Text(
        "Status",
        "The new status. A shipment moves on from Pending over LabelCreated, Shipped and Received"
        " to Validated; steps may be left out. Before it is received it can be Canceled.",
        example="Received",
        choices=SHIPMENT_STATUSES,
    )
    carrier_name = Text("Carrier", "The carrier of the parcel.", example="Sample Couriers")
    tracking_number = Text("Tracking Number", "The carrier's number.", example="SC123456789")
    tracking_url = Text(
        "Tracking URL",
        "Where the parcel can be followed.",
        example="https://courier.example.com/track/SC123456789",
        validate=IS_WEB_ADDRESS,
    )
    label_url = Text(
        "Label URL",
        "Where the label can be printed.",
        example="https://courier.example.com/label/SC123456789.pdf",
        validate=IS_WEB_ADDRESS,
    )

    @validates_schema
    def _check_that_something_changes(self, call: dict[str, Any], **_: Any) -> None:
        if not any(name in call for name in CHANGES):
            raise ValidationError(f"needs at least one of {', '.join(CHANGES)}.", "body")


class UpdatedShipment(Shipment):
    """A shipment as it is now."""

    id = Text("ID", "The shipment, to tell it from others.", example="9754270", source="shipmentId")


def run(
    returngo: ReturnGO, shipment_id: str, rma_id: str | None = None, **changes: str
) -> dict[str, Any]:
    """PUT /shipment/{shipmentId}."""
    body = {THEIR_NAMES[name]: value for name, value in changes.items()}
    try:
        return returngo.update_shipment(shipment_id, body)
    except NotFound as refusal:
        raise NotFound(
            f"ReturnGO has no shipment {shipment_id} in {returngo.shop}.",
            request_id=refusal.request_id,
        ) from refusal
    except BadRequest as refusal:
        if "status" not in changes:
            raise
        reason = _explain(returngo, shipment_id, rma_id, changes["status"], str(refusal))
        raise BadRequest(reason, request_id=refusal.request_id) from refusal


def _explain(
    returngo: ReturnGO, shipment_id: str, rma_id: str | None, wanted: str, refusal: str
) -> str:
    present = _present_status(returngo, shipment_id, rma_id)
    before = [status for status, after in SHIPMENT_TRANSITIONS.items() if wanted in after]
    if present not in SHIPMENT_TRANSITIONS:
        came_from = ", ".join(before) or "no other status"
        return (
            f"Shipment {shipment_id} does not become {wanted}. ReturnGO allows that from"
            f" {came_from}. {refusal}"
        )
    if present in (wanted, *before):  # then ReturnGO has refused something else
        return refusal
    after = ", ".join(SHIPMENT_TRANSITIONS[present]) or "no other status"
    return (
        f"Shipment {shipment_id} is {present}. From there ReturnGO allows {after}; not {wanted}."
        f" {refusal}"
    )


def _present_status(returngo: ReturnGO, shipment_id: str, rma_id: str | None) -> str:
    # Whatever goes wrong here, the refusal is what the user must hear of.
    with suppress(ReturnGOError):
        for shipment in rows(returngo.get_rma(rma_id), "shipments") if rma_id else ():
            if str(shipment.get("shipmentId")) == shipment_id:
                return str(shipment.get("status"))
    with suppress(ReturnGOError):
        # [A] shipment-probe
        return str(returngo.update_shipment(shipment_id, {}).get("status"))
    return "unknown"


block = Action(
    label="Update Shipment",
    noun="Shipment",
    effect=Effect.SET,
    input=Fields,
    output=UpdatedShipment,
    assumes=("shipment-probe",),
    run=run,
)
