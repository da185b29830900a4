from typing import Any

import pytest

import app
from connector.blocks import InvalidInput, read_input
from connector.returngo import BadRequest, NotFound, ReturnGO
from connector.sandbox.app import SandboxApp
from tests.conftest import Control

ACTION = app.CATALOGUE.actions["track_shipment"]


@pytest.fixture
def call(control: Control) -> dict[str, Any]:
    return {
        "shipment_id": control("rmas")["shipments"][0]["shipmentId"],
        "tracking_number": "SC1",
        "carrier_name": "Sample Couriers",
    }


def test_tracking_starts_at_returngo_and_is_answered(
    returngo: ReturnGO, sandbox: SandboxApp, call: dict[str, Any]
) -> None:
    assert ACTION.perform(returngo, call) == {
        "id": call["shipment_id"],
        "shop": "demo.myshopify.com",
        **call,
    }
    assert sandbox.simulation.world.trackers == [
        {
            "shipmentId": call["shipment_id"],
            "trackingNumber": "SC1",
            "carrierName": "Sample Couriers",
        }
    ]


def test_a_try_that_did_not_arrive_is_made_again(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp, call: dict[str, Any]
) -> None:
    control("faults", kind="drop", count=2)
    ACTION.perform(returngo, call)
    assert len(sandbox.simulation.world.trackers) == 1


def test_an_unknown_shipment_is_not_found(returngo: ReturnGO, call: dict[str, Any]) -> None:
    with pytest.raises(NotFound) as refusal:
        ACTION.perform(returngo, {**call, "shipment_id": "1"})
    assert str(refusal.value) == "ReturnGO has no shipment 1 in demo.myshopify.com."
    assert refusal.value.request_id


def test_a_refusal_is_passed_on(control: Control, returngo: ReturnGO, call: Any) -> None:
    control("faults", status=400, body={"message": "Unknown carrier"})
    with pytest.raises(BadRequest, match="ReturnGO refused this: Unknown carrier"):
        ACTION.perform(returngo, call)


@pytest.mark.parametrize("field", ["shipment_id", "tracking_number", "carrier_name"])
def test_every_field_is_needed(field: str, call: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=f"{field}: is missing"):
        read_input(ACTION.input_schema, {**call, field: ""})
