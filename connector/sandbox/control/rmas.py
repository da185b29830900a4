"""The control calls that make and change returns, out of ReturnGO's API: no key needed."""

from datetime import datetime

from flask import Blueprint, Response
from werkzeug.exceptions import BadRequest, NotFound

from connector.sandbox.control.options import Options, made, second
from connector.sandbox.gateway.gate import DEFAULT_SHOP
from connector.sandbox.messages import answer, numeric_id
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.bodies import rma_detail
from connector.sandbox.world.items import validate
from connector.sandbox.world.lifecycle import (
    RESOLUTION_TYPES,
    RMA_STATUSES,
    next_rma_status,
    path_to,
)
from connector.sandbox.world.models import Rma
from connector.sandbox.world.samples import RETURN_METHODS, SHOPS
from connector.sandbox.world.timeline import PERSON, note

METHODS = dict(RETURN_METHODS)
COMMENT_TYPES = ("merchant", "system", "error")


def rma_control_routes(sim: Simulation) -> Blueprint:
    """Return the routes that make returns and let things happen to them."""
    routes = Blueprint("rma_control", __name__, url_prefix="/_sandbox")

    @routes.post("/rmas")
    def make_rmas() -> Response:
        """Make a return in any status, or `count` of them."""
        options = Options(
            *("shop", "status", "order_name", "count", "created_at", "updated_at", "items"),
            *("customer_email", "customer_name", "resolution_type", "resolution_types"),
            *("method", "currency"),
        )
        return answer(made(options, lambda: rma_detail(_make_rma(sim, options))))

    @routes.post("/rmas/<rma_id>/status")
    def change_rma_status(rma_id: str) -> Response:
        """Move a return on, as the merchant does in the dashboard."""
        options = Options("status", "silent")
        rma = _named(sim, rma_id)
        status = options.text("status", RMA_STATUSES) or next_rma_status(rma.status)
        if status is None:
            raise BadRequest(f"Nothing follows {rma.status}")
        sim.world.change_rma_status(
            rma, status, sim.clock.second(), via="Dashboard", silent=options.flag("silent")
        )
        return answer(rma_detail(rma))

    @routes.post("/rmas/<rma_id>/reopen")
    def reopen(rma_id: str) -> Response:
        """Take a return's cancellation back."""
        Options()
        rma = _named(sim, rma_id)
        sim.world.reopen(rma, sim.clock.second())
        return answer(rma_detail(rma))

    @routes.post("/rmas/<rma_id>/fail_approval")
    def fail_approval(rma_id: str) -> Response:
        """Approve a return half-way: it stays Pending in spite of the event."""
        Options()
        rma = _named(sim, rma_id)
        sim.world.fail_approval(rma, sim.clock.second())
        return answer(rma_detail(rma))

    @routes.post("/rmas/<rma_id>/comments")
    def comment(rma_id: str) -> Response:
        """Write on a return's timeline, by itself as a person does."""
        options = Options("type", "text", "by")
        rma = _named(sim, rma_id)
        kind = options.text("type", COMMENT_TYPES) or "merchant"
        by = options.text("by")
        note(
            rma,
            options.text("text") or "<p>Please look at this</p>",
            sim.clock.second(),
            by=by if by is not None else PERSON if kind == "merchant" else "Automation",
            kind=kind,
        )
        return answer(rma_detail(rma))

    @routes.post("/rmas/<rma_id>/validation")
    def validate_items(rma_id: str) -> Response:
        """Say what the warehouse found of the items of a return, or of one `item`."""
        options = Options("item", "is_returned", "is_restockable", "reason", "location")
        rma = _named(sim, rma_id)
        _validate(rma, options, sim.clock.second())
        return answer(rma_detail(rma))

    return routes


def _named(sim: Simulation, rma_id: str) -> Rma:
    rma = sim.world.rmas.get(numeric_id(rma_id))
    if rma is None:
        raise NotFound("RMA not found")
    return rma


def _make_rma(sim: Simulation, options: Options) -> Rma:
    created = second(options.instant("created_at")) or sim.clock.second()
    order = sim.inventor.order(
        options.text("shop", SHOPS) or DEFAULT_SHOP,
        created,
        name=options.text("order_name"),
        email=options.text("customer_email"),
        customer_name=options.text("customer_name"),
        currency=options.text("currency"),
        lines=options.integer("items", 1, 20) or 1,
    )
    one = options.text("resolution_type", RESOLUTION_TYPES) or "RefundToPaymentMethod"
    method = options.text("method", tuple(METHODS)) or RETURN_METHODS[0][0]
    rma = sim.inventor.rma(
        order,
        created,
        resolutions=options.texts("resolution_types", RESOLUTION_TYPES) or (one,),
        method=(method, METHODS[method]),
    )
    for status in path_to(options.text("status", RMA_STATUSES) or "Pending")[1:]:
        sim.world.change_rma_status(rma, status, created, via="Automation")
    # It lay there already when it is looked at: what an approval still has to do is done.
    sim.world.finish(rma)
    rma.updated(second(options.instant("updated_at")) or created)
    return rma


def _validate(rma: Rma, options: Options, at: datetime) -> None:
    # [A] It leaves lastUpdated alone: nothing says that it does not.
    named = options.text("item")
    items = [each for each in rma.items if named in (None, each["returnedItemId"])]
    if not items:
        raise NotFound("Item not found")
    for item in items:
        validate(
            item,
            at,
            is_returned=options.flag("is_returned", default=True),
            is_restockable=options.flag("is_restockable", default=True),
            reason=options.text("reason"),
            location=options.text("location") or "online",
        )
    rma.changed(at)
