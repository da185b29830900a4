"""What happens at ReturnGO for each action, and what it is given."""

from collections.abc import Iterator
from typing import Any

from tests.recordings.scenarios.world import Given, World, rma_id, shipment_id

RAW: dict[str, Any] = {"raw": True}


def update_rma_status(world: World) -> Iterator[Given]:
    yield {"rma_id": rma_id(world.rma()), "status": "Received", **RAW}


def approve_rma(world: World) -> Iterator[Given]:
    yield {"rma_id": rma_id(world.rma(status="Pending")), **RAW}


def reject_rma(world: World) -> Iterator[Given]:
    yield {"rma_id": rma_id(world.rma(status="Pending")), **RAW}


def add_rma_comment(world: World) -> Iterator[Given]:
    yield {"rma_id": rma_id(world.rma()), "text": "Parcel arrived.\nBox > 5 kg.", **RAW}


def update_shipment(world: World) -> Iterator[Given]:
    rma = world.rma()
    parcel = shipment_id(rma)
    world.call("PUT", f"/shipment/{parcel}", {"carrierName": "Sample Couriers"})  # not sent again
    yield {
        "rma_id": rma_id(rma),
        "shipment_id": parcel,
        "status": "LabelCreated",
        "carrier_name": "Sample Couriers",
        "tracking_number": "SC123456789",
        "tracking_url": "https://courier.example.com/track/SC123456789",
        "label_url": "https://courier.example.com/label/SC123456789.pdf",
        **RAW,
    }


def delete_shipment(world: World) -> Iterator[Given]:
    yield {"shipment_id": shipment_id(world.rma()), **RAW}


def track_shipment(world: World) -> Iterator[Given]:
    yield {
        "shipment_id": shipment_id(world.rma()),
        "tracking_number": "SC123456789",
        "carrier_name": "Sample Couriers",
        **RAW,
    }


def record_transaction(world: World) -> Iterator[Given]:
    world.rma()
    yield {
        "transaction_id": str(world.refund()["id"]),
        "status": "Success",
        "external_reference_id": "pay_8c1f2",
        "external_reference_type": "PlatformRefundId",
        "processor": "Example Payments",
        **RAW,
    }


def get_eligible_policies(world: World) -> Iterator[Given]:
    # old enough that not every policy is offered any more
    order = world.order(items=2, created_at="2025-12-20T12:00:00+00:00")
    items = [{"line_item_id": line} for line in order["lines"]]
    yield {"order_id": order["order_id"], "items": items, **RAW}


def create_rma(world: World) -> Iterator[Given]:
    order = world.order(items=2)
    items = [{"line_item_id": line, "return_reason": "Does not fit"} for line in order["lines"]]
    yield {"order_id": order["order_id"], "policy_id": "1101", "items": items}


def api_request(world: World) -> Iterator[Given]:
    world.rma()
    query = {"pagesize": "1", "status": "Pending,Approved"}
    yield {"method": "GET", "path": "/rmas", "query": query, **RAW}
