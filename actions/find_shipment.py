"""Finds shipments by tracking number, RMA or order, each with the RMA that it belongs to.

Of several fields, all must match. The newest RMA's shipments come first. ReturnGO reads shipments
with their RMA only: a Shipment ID alone finds nothing, give one of the other fields with it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from marshmallow import ValidationError, validates_schema

from connector.blocks import Search
from connector.returngo import ReturnGO
from connector.returngo.lookup import find_details, find_rma, is_tracked_by, is_wanted
from schemas.fields import Id, LookupText, RmaId
from schemas.of_rma import ShipmentOfRma, of_rma
from schemas.reading import rows
from schemas.shapes import Input

KNOWN = ("tracking_number", "rma_id", "order_name")


class Fields(Input):
    """Which shipments."""

    tracking_number = LookupText("Tracking Number", "The carrier's number.", example="SC123456789")
    rma_id = RmaId(
        "RMA ID",
        "The return, by ReturnGO's id; RMA10030552 is taken, too.",
        example="10030552",
        choices_from="open_rmas",
    )
    order_name = LookupText(
        "Order Name", "The order, as the shop names it, with or without the #.", example="H12043"
    )
    shipment_id = Id(
        "Shipment ID",
        "Only the shipment with this id. It needs one of the other fields with it.",
        example="9754270",
        choices_from="shipments",
    )

    @validates_schema
    def _check_that_an_rma_can_be_found(self, call: dict[str, Any], **_: Any) -> None:
        if not any(name in call for name in KNOWN):
            raise ValidationError(
                f"needs at least one of {', '.join(KNOWN)}. ReturnGO has no call to read a shipment"
                " by its id alone.",
                "shipment_id" if "shipment_id" in call else "query",
            )


def run(
    returngo: ReturnGO, limit: int, shipment_id: str | None = None, **known: str
) -> Iterator[dict[str, Any]]:
    """GET /rmas, then GET /rma/{rmaId} for each; by its id, an RMA is read at once."""
    number = known.get("tracking_number")
    for rma in _rmas(returngo, limit, **known):
        for shipment in rows(rma, "shipments"):
            if (shipment_id is None or str(shipment.get("shipmentId")) == shipment_id) and (
                number is None or is_tracked_by(shipment, number)
            ):
                yield of_rma(shipment, rma)


def _rmas(
    returngo: ReturnGO, limit: int, rma_id: str | None = None, **known: str
) -> Iterable[dict[str, Any]]:
    if rma_id is None:
        return find_details(returngo, limit, **known)
    rma = find_rma(returngo, rma_id)
    return [rma] if rma is not None and is_wanted(rma, **known) else []


block = Search(
    label="Find Shipment",
    noun="Shipment",
    assumes=("filters-combine",),
    input=Fields,
    output=ShipmentOfRma,
    run=run,
)
