"""Triggers when an RMA has a new shipment, for which a label may be wanted.

Make the label with your carrier, then give it to ReturnGO with *Update Shipment*.

Not seen: when a parcel was made, as ReturnGO dates no parcel; and one that was made and deleted
between two looks of the bridge.
"""

from connector.blocks import Kind, Trigger
from schemas.fields import CommaList
from schemas.filters import ShipmentFilters
from schemas.of_rma import ShipmentOfRma
from schemas.words import SHIPMENT_STATUSES


class Filters(ShipmentFilters):
    """Which shipments."""

    status = CommaList(
        "Status",
        "Only parcels that had this status when they were read: Pending for those without a label."
        " Empty: all.",
        example="Pending",
        suggestions=SHIPMENT_STATUSES,
    )


block = Trigger(
    label="Shipment Created",
    noun="Shipment",
    takes=Kind.SHIPMENT_CREATED,
    assumes=("shipments-made",),
    input=Filters,
    output=ShipmentOfRma,
)
