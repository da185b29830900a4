"""Updates a shipment: its status, carrier, tracking number, tracking address or label.

What is left empty stays as it is. With the RMA ID the bridge reads the return first, which takes
one call, and sends only what differs from what ReturnGO shows; nothing when nothing does. Without
it all that is filled in is sent: ReturnGO has no call to read a shipment by its id alone, and notes
almost every update in the timeline of the RMA.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from connector.blocks import Action, Effect
from connector.returngo import BadRequest, NotFound, ReturnGO
from connector.returngo.lookup import find_shipment
from schemas.fields import Described, Name, Text
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
    tracking_number = Name("Tracking Number", "The carrier's number.", example="SC123456789")
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
) -> Mapping[str, Any]:
    """GET /rma/{rmaId}, if it is named, then PUT /shipment/{shipmentId}, if anything differs.

    For about a second after an update ReturnGO may still show the shipment as it was before. What
    the answer to the PUT shows to be otherwise than it was read is sent as well. Only an update
    that takes back, within that second, all that another one has just changed is taken for done.
    """
    wanted = {THEIR_NAMES[name]: value for name, value in changes.items()}
    shown = None if rma_id is None else find_shipment(returngo, rma_id, shipment_id)
    left = _differing(shown, wanted)
    while left:
        sent, shown = left, _put(returngo, shipment_id, shown, left)
        wanted = {name: value for name, value in wanted.items() if name not in sent}
        left = _differing(shown, wanted)
    return shown or {}


def _differing(shown: Mapping[str, Any] | None, wanted: Mapping[str, str]) -> dict[str, str]:
    """Choose what of the wanted a shipment does not show; all, where it is not known."""
    if shown is None:
        return dict(wanted)
    return {name: value for name, value in wanted.items() if _text(shown.get(name)) != value}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _put(
    returngo: ReturnGO, shipment_id: str, shown: Mapping[str, Any] | None, changes: dict[str, str]
) -> Mapping[str, Any]:
    try:
        return returngo.update_shipment(shipment_id, changes)
    except NotFound as refusal:
        raise NotFound(
            f"ReturnGO has no shipment {shipment_id} in {returngo.shop}.",
            request_id=refusal.request_id,
        ) from refusal
    except BadRequest as refusal:
        if "status" not in changes:
            raise
        present = None if shown is None else _text(shown.get("status"))
        reason = _explain(shipment_id, present, changes["status"], str(refusal))
        raise BadRequest(reason, request_id=refusal.request_id) from refusal


def _explain(shipment_id: str, present: str | None, wanted: str, refusal: str) -> str:
    before = [status for status, after in SHIPMENT_TRANSITIONS.items() if wanted in after]
    if present not in SHIPMENT_TRANSITIONS:
        came_from = ", ".join(before) or "no other status"
        return (
            f"Shipment {shipment_id} does not become {wanted}. ReturnGO allows that from"
            f" {came_from}. {refusal}"
        )
    if present in before:  # then ReturnGO has refused something else
        return refusal
    after = ", ".join(SHIPMENT_TRANSITIONS[present]) or "no other status"
    return (
        f"Shipment {shipment_id} is {present}. From there ReturnGO allows {after}; not {wanted}."
        f" {refusal}"
    )


block = Action(
    label="Update Shipment",
    noun="Shipment",
    effect=Effect.SET,
    input=Fields,
    output=UpdatedShipment,
    run=run,
)
