"""The calls about transactions: list them, record what happened to one elsewhere."""

from flask import Blueprint, Response, g, request

from connector.sandbox.api.paging import Listing
from connector.sandbox.gateway.calls import wrote
from connector.sandbox.messages import DONE, answer, body_object, numeric_id, optional_texts
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.bodies import transaction_row
from connector.sandbox.world.models import Transaction

LISTING: Listing[Transaction] = Listing(
    id_of=lambda transaction: transaction.id,
    times={
        "created_at": lambda transaction: transaction.created_at,
        "updated_at": lambda transaction: transaction.last_updated,
    },
    words={
        "ids": lambda transaction: [str(transaction.id)],
        "rma_ids": lambda transaction: [str(transaction.rma_id)],
        "order_ids": lambda transaction: [str(transaction.order_id)],
        "statuses": lambda transaction: [transaction.status],
        "types": lambda transaction: [transaction.type],
        "processors": lambda transaction: [transaction.processor],
    },
    newest_id_first=False,
    cursor_names_next_row=False,
    column_prefix=None,
)
# [A] The body's shape.
FIELDS = {
    "status": "status",
    "externalReferenceId": "external_reference_id",
    "externalReferenceType": "external_reference_type",
    "processor": "processor",
}


def transaction_routes(sim: Simulation) -> Blueprint:
    """Return the routes of ReturnGO's transaction calls."""
    routes = Blueprint("transactions", __name__)

    @routes.get("/transactions")
    def list_transactions() -> Response:
        """GET /transactions."""
        rows = (each for each in sim.world.transactions.values() if each.shop == g.shop)
        page = LISTING.page(rows, request.args)
        return answer({"transactions": [transaction_row(row) for row in page.rows], **page.next})

    @routes.put("/transaction/<transaction_id>")
    def put_transaction(transaction_id: str) -> Response:
        """PUT /transaction/{transactionId}; never makes a new one."""
        transaction = sim.world.transaction(g.shop, numeric_id(transaction_id))
        changes = optional_texts(body_object(), FIELDS)
        sim.world.update_transaction(transaction, changes, sim.clock.second())
        wrote()
        return answer(DONE)

    return routes
