"""The calls about returns: list, read, change the status, comment."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, g, request

from connector.sandbox.api.filters import page_size, time_filter, words_filter
from connector.sandbox.api.paging import Listing
from connector.sandbox.gateway.calls import wrote
from connector.sandbox.messages import DONE, answer, body_object, numeric_id, required_text
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.bodies import iso, rma_detail, rma_row
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
            "rma_created_at": lambda rma: iso(rma.created_at),
            "rma_updated_at": lambda rma: iso(changed(rma)),
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
        query = request.args
        size = page_size(query)
        created = time_filter(query, "rma_created_at")
        updated = time_filter(query, "rma_updated_at")
        status = words_filter(query, "status")
        order_name = words_filter(query, "order_name")
        customer = words_filter(query, "customer_ids")
        tracking = words_filter(query, "tracking_numbers")
        changed = CHANGED[sim.ways.filter_sees]
        rows = [
            rma
            for rma in sim.world.rmas.values()
            if rma.shop == g.shop
            and created(rma.created_at)
            and updated(changed(rma))
            and status([rma.status])
            and order_name([rma.order.name])
            and customer([str(rma.order.customer.id)])
            and tracking(parcel.tracking_number for parcel in rma.shipments)
        ]
        page = LISTINGS[sim.ways.filter_sees].page(rows, query, size)
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
