"""The calls about shipments: change, delete, track."""

from flask import Blueprint, Response, g

from connector.sandbox.gateway.calls import wrote
from connector.sandbox.messages import (
    DONE,
    answer,
    body_object,
    numeric_id,
    optional_texts,
    required_text,
)
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.bodies import shipment_body

FIELDS = {
    "status": "status",
    "carrierName": "carrier_name",
    "trackingNumber": "tracking_number",
    "trackingURL": "tracking_url",
    "labelURL": "label_url",
}


def shipment_routes(sim: Simulation) -> Blueprint:
    """Return the routes of ReturnGO's shipment calls."""
    routes = Blueprint("shipments", __name__)

    @routes.put("/shipment/<shipment_id>")
    def put_shipment(shipment_id: str) -> Response:
        """PUT /shipment/{shipmentId}."""
        shipment = sim.world.shipment(g.shop, numeric_id(shipment_id))
        before = shipment_body(shipment)
        changes = optional_texts(body_object(), FIELDS)
        if sim.world.update_shipment(shipment, changes, sim.clock.second()):
            wrote()
        sim.stale.was(before, sim.clock.now())
        return answer(shipment_body(shipment))

    @routes.delete("/shipment/<shipment_id>")
    def delete_shipment(shipment_id: str) -> Response:
        """DELETE /shipment/{shipmentId}."""
        shipment = sim.world.shipment(g.shop, numeric_id(shipment_id))
        sim.world.delete_shipment(shipment, sim.clock.second())
        wrote()
        return answer(DONE)

    @routes.post("/shipment-tracker")
    def track() -> Response:
        """POST /shipment-tracker."""
        body = body_object()
        # [A] The body's shape.
        shipment = sim.world.shipment(g.shop, numeric_id(required_text(body, "shipmentId")))
        number = required_text(body, "trackingNumber")
        carrier = required_text(body, "carrierName")
        sim.world.track(shipment, number, carrier, sim.clock.second())
        wrote()
        return answer(DONE)

    return routes
