"""The shipments of an RMA."""

from connector.blocks import Choice
from connector.returngo import ReturnGO
from connector.returngo.lookup import find_rma
from schemas.option import label
from schemas.reading import rows
from schemas.shipment import Shipment
from schemas.which import WhichRma


def run(returngo: ReturnGO, rma_id: str) -> list[tuple[str, str]]:
    """GET /rma/{rmaId}, once."""
    shipments = Shipment(
        only=("shipment_id", "status", "tracking_number", "carrier_name", "is_outbound")
    )
    found = shipments.dump(rows(find_rma(returngo, rma_id), "shipments"), many=True)
    return [
        (
            each["shipment_id"],
            label(
                each["status"],
                each["tracking_number"],
                each["carrier_name"],
                "to the customer" if each["is_outbound"] else "to the shop",
            ),
        )
        for each in found
        if each["shipment_id"]
    ]


block = Choice(label="Shipments", noun="Shipment", input=WhichRma, run=run)
