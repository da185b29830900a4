"""The calls about returns: list, read, change the status, comment."""

from flask import Blueprint, Response, g, request

from connector.sandbox.bodies import iso, rma_detail, rma_row
from connector.sandbox.calls import wrote
from connector.sandbox.filters import page_size, time_filter, words_filter
from connector.sandbox.messages import DONE, answer, body_object, numeric_id, required_text
from connector.sandbox.models import Rma
from connector.sandbox.paging import Listing
from connector.sandbox.simulation import Simulation

LISTING: Listing[Rma] = Listing(
    id_of=lambda rma: rma.id,
    times={
        "rma_created_at": lambda rma: iso(rma.created_at),
        "rma_updated_at": lambda rma: iso(rma.last_updated),
    },
    newest_id_first=True,
    cursor_names_next_row=True,
    column_prefix="returns.",
)


def rma_routes(sim: Simulation) -> Blueprint:
    """Answer the routes of ReturnGO's RMA calls."""
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
        rows = [
            rma
            for rma in sim.world.rmas.values()
            if rma.shop == g.shop
            and created(rma.created_at)
            and updated(rma.last_updated)
            and status([rma.status])
            and order_name([rma.order.name])
            and customer([str(rma.order.customer.id)])
            and tracking(parcel.tracking_number for parcel in rma.shipments)
        ]
        page = LISTING.page(rows, query, size)
        return answer({"rmas": [rma_row(rma) for rma in page.rows], **page.next})

    @routes.get("/rma/<rma_id>")
    def read_rma(rma_id: str) -> Response:
        """GET /rma/{rmaId}; [A] `includeMedia` adds nothing, as its answer was not seen."""
        return answer(rma_detail(sim.world.rma(g.shop, numeric_id(rma_id))))

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
