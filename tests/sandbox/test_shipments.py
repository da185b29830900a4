from typing import Any

import pytest

from connector.sandbox.world.lifecycle import SHIPMENT_TRANSITIONS
from tests.sandbox.client import Caller, Time, refused

STATUSES = ["Pending", "LabelCreated", "Shipped", "Canceled", "Received", "Validated"]
ALLOWED = {
    "Pending": {"LabelCreated", "Shipped", "Received", "Canceled", "Validated"},
    "LabelCreated": {"Shipped", "Received", "Canceled", "Validated"},
    "Shipped": {"Received", "Canceled", "Validated"},
    "Canceled": {"Received", "Validated"},
    "Received": {"Validated"},
    "Validated": set(),
}


@pytest.fixture
def rma(empty: Caller) -> dict[str, Any]:
    made: dict[str, Any] = empty.control("rmas")
    return made


@pytest.fixture
def shipment(rma: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = rma["shipments"][0]
    return made


def path(shipment: dict[str, Any]) -> str:
    return f"/shipment/{shipment['shipmentId']}"


def test_the_table_is_the_documented_one() -> None:
    assert {status: set(after) for status, after in SHIPMENT_TRANSITIONS.items()} == ALLOWED


@pytest.mark.parametrize("start", STATUSES)
@pytest.mark.parametrize("target", STATUSES)
def test_only_the_documented_transitions_are_allowed(
    empty: Caller, shipment: dict[str, Any], start: str, target: str
) -> None:
    empty.control(f"shipments/{shipment['shipmentId']}", status=start)
    response = empty.put(path(shipment), {"status": target, "carrierName": "New"})
    whole = empty.control(f"shipments/{shipment['shipmentId']}", trackingURL="https://x")
    if target in ALLOWED[start] or target == start:
        assert response.status_code == 200
        assert response.json == shipment | {"status": target, "carrierName": "New"}
        assert whole["status"] == target
    else:
        assert refused(response) == 400
        assert (whole["status"], whole["carrierName"]) == (start, None)


def test_the_answer_is_the_whole_shipment(empty: Caller, shipment: dict[str, Any]) -> None:
    changes = {
        "status": "Shipped",
        "carrierName": "Überland",
        "trackingNumber": "T1",
        "trackingURL": "https://carrier.example.com/T1",
        "labelURL": "https://carrier.example.com/T1.pdf",
    }
    response = empty.put(path(shipment), changes | {"unknown": 1})
    assert response.json == shipment | changes


def test_fields_that_are_not_named_stay(empty: Caller, shipment: dict[str, Any]) -> None:
    empty.put(path(shipment), {"carrierName": "One", "trackingNumber": "T1"})
    response = empty.put(path(shipment), {"trackingNumber": None})
    assert response.json == shipment | {"carrierName": "One"}


def test_an_update_that_changes_nothing_is_not_in_the_ledger(
    empty: Caller, shipment: dict[str, Any]
) -> None:
    for body in ({}, {"status": "Pending"}, {"labelURL": "https://x"}, {"labelURL": "https://x"}):
        assert empty.put(path(shipment), body).status_code == 200
    assert [call["applied"] for call in empty.calls()] == [False, False, True, False]


@pytest.mark.parametrize(
    "body", [{"status": "Lost"}, {"status": None}, {"status": 1}, {"carrierName": 1}]
)
def test_an_unknown_status_or_a_field_that_is_no_text_is_400(
    empty: Caller, shipment: dict[str, Any], body: dict[str, Any]
) -> None:
    assert refused(empty.put(path(shipment), {"labelURL": "x"} | body)) == 400
    assert not empty.calls()[0]["applied"]


def test_an_update_does_not_move_the_returns_time(
    empty: Caller, rma: dict[str, Any], shipment: dict[str, Any], time: Time
) -> None:
    time.forward(days=2)
    empty.put(path(shipment), {"status": "Shipped"})
    empty.delete(path(shipment))
    after = empty.read(f"/rma/{rma['rmaSummary']['rmaId']}")
    assert after["lastUpdated"] == rma["lastUpdated"]
    assert after["rmaSummary"] == rma["rmaSummary"]


def test_a_deleted_shipment_is_gone(
    empty: Caller, rma: dict[str, Any], shipment: dict[str, Any]
) -> None:
    response = empty.delete(path(shipment))
    assert (response.status_code, response.json) == (200, {})
    after = empty.read(f"/rma/{rma['rmaSummary']['rmaId']}")
    assert after["shipments"] == []
    assert after["items"] == rma["items"]
    assert refused(empty.delete(path(shipment))) == 404
    assert refused(empty.put(path(shipment), {})) == 404
    assert [call["applied"] for call in empty.calls()] == [True, False, False, False]


def test_tracking_starts_and_leaves_the_shipment_alone(
    empty: Caller, rma: dict[str, Any], shipment: dict[str, Any]
) -> None:
    tracker = {
        "shipmentId": shipment["shipmentId"],
        "trackingNumber": "T1",
        "carrierName": "Sample Post",
    }
    response = empty.post("/shipment-tracker", tracker)
    assert (response.status_code, response.json) == (200, {})
    assert empty.world.trackers == [tracker]
    assert empty.calls()[0]["applied"]
    after = empty.read(f"/rma/{rma['rmaSummary']['rmaId']}")
    assert "TRACKED" in after["comments"][0]["htmlText"]
    assert after == rma | {"comments": after["comments"]}
    assert after["comments"][1:] == rma["comments"]


@pytest.mark.parametrize("missing", ["shipmentId", "trackingNumber", "carrierName"])
def test_tracking_needs_all_three(empty: Caller, shipment: dict[str, Any], missing: str) -> None:
    tracker = {"shipmentId": shipment["shipmentId"], "trackingNumber": "T", "carrierName": "C"}
    del tracker[missing]
    assert refused(empty.post("/shipment-tracker", tracker)) == 400
    assert empty.world.trackers == []


def test_an_unknown_shipment_cannot_be_tracked(empty: Caller) -> None:
    tracker = {"shipmentId": "1", "trackingNumber": "T", "carrierName": "C"}
    assert refused(empty.post("/shipment-tracker", tracker)) == 404
