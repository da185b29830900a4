"""Triggers when a parcel of an RMA has got a label or a tracking number, once for each parcel.

Send the label to the customer, or the number to the warehouse. ReturnGO lists no shipments, so the
bridge looks at each open RMA again and again: more seldom the more there are and the fewer calls
are left.

Not seen: when the label was made, as ReturnGO dates no parcel; and a label or number that was
replaced by another between two looks.
"""

from connector.blocks import Kind, Trigger
from schemas.filters import ShipmentFilters
from schemas.of_rma import ShipmentOfRma

block = Trigger(
    label="Label Ready",
    noun="Shipment",
    takes=Kind.SHIPMENT_LABELLED,
    assumes=("shipments-made",),
    input=ShipmentFilters,
    output=ShipmentOfRma,
)
