"""The control calls about parcels, money and orders, out of ReturnGO's API: no key needed."""

from typing import Any

from flask import Blueprint, Response
from werkzeug.exceptions import BadRequest, NotFound

from connector.sandbox.api.shipments import FIELDS
from connector.sandbox.control.options import Options, made, second
from connector.sandbox.exact_json import Json
from connector.sandbox.gateway.gate import DEFAULT_SHOP
from connector.sandbox.messages import answer, numeric_id
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.bodies import order_body, shipment_body, transaction_row
from connector.sandbox.world.invent import refer
from connector.sandbox.world.lifecycle import (
    NEXT_SHIPMENT_STATUS,
    TRANSACTION_STATUSES,
    TRANSACTION_TYPES,
)
from connector.sandbox.world.models import Rma, Shipment, Transaction
from connector.sandbox.world.samples import SHOPS
from connector.sandbox.world.timeline import AUTOMATION

OUTCOME = ("external_reference_id", "external_reference_type", "processor")


def control_routes(sim: Simulation) -> Blueprint:
    """Return the routes that make and change shipments, transactions and orders."""
    routes = Blueprint("control", __name__, url_prefix="/_sandbox")

    @routes.post("/transactions")
    def make_transactions() -> Response:
        """Make a transaction, or `count`; by itself a refund to be paid outside ReturnGO."""
        options = Options(
            *("shop", "rma_id", "type", "status", "amount", "currency", "processor", "count"),
            *("created_at", "updated_at", "bank_account"),
        )
        rma = _rma_for_transaction(sim, options)
        return answer(made(options, lambda: _make_transaction(sim, options, rma)))

    @routes.post("/transactions/<transaction_id>")
    def change_transaction(transaction_id: str) -> Response:
        """Change a transaction as ReturnGO itself does; by itself it has succeeded."""
        transaction = _transaction(sim, transaction_id)
        _change_transaction(sim, transaction, Options("status", *OUTCOME))
        return answer(transaction_row(transaction))

    @routes.post("/transactions/<transaction_id>/touch")
    def touch_transaction(transaction_id: str) -> Response:
        """Move a transaction's `lastUpdated` with nothing else to show for it."""
        transaction = _transaction(sim, transaction_id)
        Options()
        sim.world.touch_transaction(transaction, sim.clock.second())
        return answer(transaction_row(transaction))

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
        return answer(made(options, lambda: _make_order(sim, options)))

    return routes


def _transaction(sim: Simulation, transaction_id: str) -> Transaction:
    transaction = sim.world.transactions.get(numeric_id(transaction_id))
    if transaction is None:
        raise NotFound("Transaction not found")
    return transaction


def _rma_for_transaction(sim: Simulation, options: Options) -> Rma:
    """Return the return that is named, else the shop's newest, else a new one."""
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
    at = second(options.instant("created_at")) or sim.clock.second()
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
    transaction.last_updated = second(options.instant("updated_at")) or at
    return transaction_row(transaction)


def _change_transaction(sim: Simulation, transaction: Transaction, options: Options) -> None:
    """Do what is asked for, or else let the transaction succeed."""
    texts: dict[str, Any] = {name: options.text(name) for name in OUTCOME}
    texts["status"] = options.text("status", TRANSACTION_STATUSES)
    changes = {name: text for name, text in texts.items() if text is not None}
    changes = changes or {"status": "Success"}
    if changes.get("status") == "Success" and transaction.external_reference_id is None:
        refer(transaction)
    sim.world.update_transaction(transaction, changes, sim.clock.second(), by=AUTOMATION)


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
    sim.world.update_shipment(shipment, changes, sim.clock.second(), by_carrier=True)


def _make_order(sim: Simulation, options: Options) -> Json:
    order = sim.inventor.order(
        options.text("shop", SHOPS) or DEFAULT_SHOP,
        second(options.instant("created_at")) or sim.clock.second(),
        name=options.text("order_name"),
        lines=options.integer("items", 1, 20) or 1,
    )
    return order_body(order)
