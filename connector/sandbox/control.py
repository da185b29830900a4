"""The control calls that change the world out of ReturnGO's API: no key needed, nothing counted."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response
from werkzeug.exceptions import BadRequest, NotFound

from connector.sandbox.bodies import order_body, rma_detail, shipment_body, transaction_row
from connector.sandbox.control_input import MOST, Options
from connector.sandbox.exact_json import Json
from connector.sandbox.gate import DEFAULT_SHOP
from connector.sandbox.items import validate
from connector.sandbox.lifecycle import (
    NEXT_SHIPMENT_STATUS,
    RESOLUTION_TYPES,
    RMA_STATUSES,
    TRANSACTION_STATUSES,
    TRANSACTION_TYPES,
    next_rma_status,
    path_to,
)
from connector.sandbox.messages import answer, numeric_id
from connector.sandbox.models import Rma, Shipment
from connector.sandbox.samples import SHOPS
from connector.sandbox.shipments import FIELDS
from connector.sandbox.simulation import Simulation


def control_routes(sim: Simulation) -> Blueprint:
    """Answer the routes that make and change returns, shipments, transactions and orders."""
    routes = Blueprint("control", __name__, url_prefix="/_sandbox")

    @routes.post("/rmas")
    def make_rmas() -> Response:
        """Make a return in any status, or `count` of them."""
        options = Options(
            *("shop", "status", "order_name", "count", "created_at", "updated_at", "items"),
            *("customer_email", "customer_name", "resolution_type", "currency"),
        )
        return _made(options, lambda: rma_detail(_make_rma(sim, options)))

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

    @routes.post("/rmas/<rma_id>/validation")
    def validate_items(rma_id: str) -> Response:
        """Say what the warehouse found of the items of a return, or of one `item`."""
        options = Options("item", "is_returned", "is_restockable", "reason", "location")
        rma = _named(sim, rma_id)
        _validate(rma, options, sim.clock.second())
        return answer(rma_detail(rma))

    @routes.post("/transactions")
    def make_transactions() -> Response:
        """Make a transaction, or `count`; by itself a refund to be paid outside ReturnGO."""
        options = Options(
            *("shop", "rma_id", "type", "status", "amount", "currency", "processor", "count"),
            *("created_at", "updated_at", "bank_account"),
        )
        rma = _rma_for_transaction(sim, options)
        return _made(options, lambda: _make_transaction(sim, options, rma))

    @routes.post("/shipments/<shipment_id>")
    def change_shipment(shipment_id: str) -> Response:
        """Change a shipment as its carrier does; by itself one status further."""
        shipment = sim.world.shipments.get(numeric_id(shipment_id))
        if shipment is None:
            raise NotFound("Shipment not found")
        _change_shipment(sim, shipment, Options(*FIELDS))
        return answer(shipment_body(shipment))

    @routes.post("/orders")
    def make_orders() -> Response:
        """Make an order whose items can be returned; a shop's platform would know it."""
        options = Options("shop", "order_name", "items", "created_at", "count")
        return _made(options, lambda: _make_order(sim, options))

    return routes


def _named(sim: Simulation, rma_id: str) -> Rma:
    rma = sim.world.rmas.get(numeric_id(rma_id))
    if rma is None:
        raise NotFound("RMA not found")
    return rma


def _made(options: Options, make: Callable[[], Any]) -> Response:
    count = options.integer("count", 1, MOST)
    return answer(make() if count is None else [make() for _ in range(count)])


def _second(instant: datetime | None) -> datetime | None:
    return instant and instant.replace(microsecond=0)


def _make_rma(sim: Simulation, options: Options) -> Rma:
    created = _second(options.instant("created_at")) or sim.clock.second()
    order = sim.inventor.order(
        options.text("shop", SHOPS) or DEFAULT_SHOP,
        created,
        name=options.text("order_name"),
        email=options.text("customer_email"),
        customer_name=options.text("customer_name"),
        currency=options.text("currency"),
        lines=options.integer("items", 1, 20) or 1,
    )
    resolution = options.text("resolution_type", RESOLUTION_TYPES) or "RefundToPaymentMethod"
    rma = sim.inventor.rma(order, created, resolution=resolution)
    for status in path_to(options.text("status", RMA_STATUSES) or "Pending")[1:]:
        sim.world.change_rma_status(rma, status, created, via="Automation")
    rma.last_updated = _second(options.instant("updated_at")) or created
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


def _rma_for_transaction(sim: Simulation, options: Options) -> Rma:
    """Answer the return that is named, else the shop's newest, else a new one."""
    named = options.given.get("rma_id")
    shop = options.text("shop", SHOPS)
    if named is not None:
        rma = sim.world.rmas.get(numeric_id(str(named)))
        if rma is None or shop not in (None, rma.shop):
            raise NotFound("RMA not found")
        return rma
    shop = shop or DEFAULT_SHOP
    newest = next((rma for rma in reversed(sim.world.rmas.values()) if rma.shop == shop), None)
    return newest or sim.inventor.rma(
        sim.inventor.order(shop, sim.clock.second()), sim.clock.second()
    )


def _make_transaction(sim: Simulation, options: Options, rma: Rma) -> Json:
    at = _second(options.instant("created_at")) or sim.clock.second()
    transaction = sim.inventor.transaction(
        rma,
        at,
        kind=options.text("type", TRANSACTION_TYPES) or "RefundToPaymentMethod",
        status=options.text("status", TRANSACTION_STATUSES) or "Requested",
        amount=options.amount("amount"),
        currency=options.text("currency"),
        processor=options.text("processor") or "Shopify",
        bank_account=options.flag("bank_account"),
    )
    transaction.last_updated = _second(options.instant("updated_at")) or at
    return transaction_row(transaction)


def _change_shipment(sim: Simulation, shipment: Shipment, options: Options) -> None:
    """Do what is asked for, or else what the carrier would do next."""
    texts = {attribute: options.text(name) for name, attribute in FIELDS.items()}
    changes = {attribute: text for attribute, text in texts.items() if text is not None}
    if not changes:
        if shipment.status not in NEXT_SHIPMENT_STATUS:
            raise BadRequest(f"Nothing follows {shipment.status}")
        changes = {"status": NEXT_SHIPMENT_STATUS[shipment.status]}
        if shipment.status == "Pending":
            sim.inventor.label(shipment)
    sim.world.update_shipment(shipment, changes, by_carrier=True)


def _make_order(sim: Simulation, options: Options) -> Json:
    order = sim.inventor.order(
        options.text("shop", SHOPS) or DEFAULT_SHOP,
        _second(options.instant("created_at")) or sim.clock.second(),
        name=options.text("order_name"),
        lines=options.integer("items", 1, 20) or 1,
    )
    return order_body(order)
