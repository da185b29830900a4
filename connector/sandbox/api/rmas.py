"""The calls about returns: list, read, change the status, comment."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, g, request

from connector.sandbox.api.paging import Listing
from connector.sandbox.gateway.calls import wrote
from connector.sandbox.messages import DONE, answer, body_object, numeric_id, required_text
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.bodies import rma_detail, rma_row
from connector.sandbox.world.models import Rma
from connector.sandbox.world.ways import Column

CHANGED: dict[Column, Callable[[Rma], datetime]] = {
    "lastUpdated": lambda rma: rma.last_updated,
    "everything": lambda rma: rma.changed_at,
}
"""What `rma_updated_at` may mean."""


def _listing(changed: Callable[[Rma], datetime]) -> Listing[Rma]:
    return Listing(
        id_of=lambda rma: rma.id,
        times={
            "rma_created_at": lambda rma: rma.created_at,
            "rma_updated_at": changed,
        },
        words={
            "status": lambda rma: [rma.status],
            "order_name": lambda rma: [rma.order.name],
            "customer_ids": lambda rma: [str(rma.order.customer.id)],
            "tracking_numbers": lambda rma: [each.tracking_number for each in rma.shipments],
        },
        newest_id_first=True,
        cursor_names_next_row=True,
        column_prefix="returns.",
    )


LISTINGS = {column: _listing(changed) for column, changed in CHANGED.items()}


def rma_routes(sim: Simulation) -> Blueprint:
    """Return the routes of ReturnGO's RMA calls."""
    routes = Blueprint("rmas", __name__)

    @routes.get("/rmas")
    def list_rmas() -> Response:
        """GET /rmas."""
        rows = (rma for rma in sim.world.rmas.values() if rma.shop == g.shop)
        page = LISTINGS[sim.ways.filter_sees].page(rows, request.args)
        return answer({"rmas": [rma_row(rma) for rma in page.rows], **page.next})

    @routes.get("/rma/<rma_id>")
    def read_rma(rma_id: str) -> Response:
        """GET /rma/{rmaId}; [A] `includeMedia` adds nothing, as its answer was not seen."""
        detail = rma_detail(sim.world.rma(g.shop, numeric_id(rma_id)))
        return answer(sim.stale.seen(detail, sim.clock.now(), sim.ways.parcel_lag))

    @routes.put("/rma/<rma_id>/status")
    def put_status(rma_id: str) -> Response:
        """PUT /rma/{rmaId}/status."""
        rma = sim.world.rma(g.shop, numeric_id(rma_id))
        # [A] The body's shape.
        status = required_text(body_object(), "status")
        sim.world.change_rma_status(rma, status, sim.clock.second())
        wrote()
        return answer(DONE)

    @routes.post("/rma/<rma_id>/comment")
    def post_comment(rma_id: str) -> Response:
        """POST /rma/{rmaId}/comment, which answers 200 now and 201 then."""
        rma = sim.world.rma(g.shop, numeric_id(rma_id))
        html = required_text(body_object(), "htmlText")
        sim.world.add_comment(rma, html, sim.clock.second())
        wrote()
        return answer(DONE, 200 + len(rma.comments) % 2)

    return routes
