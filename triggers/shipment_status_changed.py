"""Triggers when a shipment has come into another status, whether an agent or its tracker said so.

ReturnGO lists no shipments, so the bridge looks at each open RMA again and again: more seldom the
more there are and the fewer calls are left.

Not seen: a parcel's moves between two looks, of which the first and the last status are told; and
when it moved, as ReturnGO dates no parcel.
"""

from connector.blocks import Kind, Trigger
from schemas.change import StatusChange
from schemas.fields import CommaList
from schemas.filters import ShipmentFilters
from schemas.of_rma import ShipmentOfRma
from schemas.words import SHIPMENT_STATUSES


class Filters(ShipmentFilters):
    """Which changes."""

    to_status = CommaList(
        "New Status",
        "Only parcels that came into this status. Empty: all.",
        example="Received",
        suggestions=SHIPMENT_STATUSES,
    )
    from_status = CommaList(
        "Old Status",
        "Only parcels that came out of this status. Empty: all.",
        example="Shipped",
        suggestions=SHIPMENT_STATUSES,
    )


class ChangedShipment(ShipmentOfRma, StatusChange):
    """A shipment, and how its status changed."""


block = Trigger(
    label="Shipment Status Changed",
    noun="Shipment",
    takes=Kind.SHIPMENT_STATUS_CHANGED,
    assumes=("shipments-made",),
    input=Filters,
    output=ChangedShipment,
)
