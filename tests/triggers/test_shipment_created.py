import pytest

from tests.conftest import Control
from tests.triggers.conftest import Poll


def test_a_shipment_of_a_new_rma_is_shown_once_with_all_that_a_label_needs(
    control: Control, poll: Poll
) -> None:
    made = control("rmas", customer_name="Thandi Example", order_name="H12043", items=2)
    parcel = made["shipments"][0]
    (shown,) = poll("shipment_created")
    assert shown["id"] == f"shipment:{parcel['shipmentId']}:created"
    assert shown["shipment_id"] == parcel["shipmentId"]
    assert shown["status"] == parcel["status"]
    assert shown["rma_id"] == made["rmaSummary"]["rmaId"]
    assert shown["rma_status"] == "Pending"
    assert shown["order_name"] == "H12043"
    assert shown["customer_name"] == "Thandi Example"
    assert shown["customer_address"]["street1"] == parcel["customerAddress"]["street1"]
    assert shown["return_address"]["zip"] == parcel["returnAddress"]["zip"]
    assert [item["sku"] for item in shown["items"]] == [item["sku"] for item in made["items"]]
    assert shown["occurred_at"] is None
    assert poll("shipment_created") == [shown]


def test_the_shipments_of_an_rma_from_long_ago_are_not_new_when_it_moves(
    control: Control, poll: Poll
) -> None:
    old = control("rmas", status="Approved", created_at="2026-01-20T12:00:00+00:00")
    poll("shipment_created")
    control(f"rmas/{old['rmaSummary']['rmaId']}/status", status="Received")
    assert poll("shipment_created") == []


def test_an_rma_from_long_ago_that_is_approved_wants_its_label_now(
    control: Control, poll: Poll
) -> None:
    old = control("rmas", status="Pending", created_at="2026-01-20T12:00:00+00:00")
    assert poll("shipment_created") == []
    control(f"rmas/{old['rmaSummary']['rmaId']}/status", status="Approved")
    (shown,) = poll("shipment_created")
    assert shown["shipment_id"] == old["shipments"][0]["shipmentId"]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 1),
        ({"return_method": "ship with any carrier"}, 0),
        ({"return_method": "By balloon"}, 0),
        ({"is_outbound": "no"}, 1),
        ({"is_outbound": "yes"}, 0),
        ({"status": "pending"}, 1),
        ({"status": "Shipped"}, 0),
        ({"order_name": "#H12043"}, 1),
        ({"carrier_name": "Nobody"}, 0),
    ],
)
def test_filters_choose_among_the_shipments(
    control: Control, poll: Poll, filters: dict[str, str], count: int
) -> None:
    made = control("rmas", order_name="H12043")
    method = made["items"][0]["returnMethod"]["type"]
    if filters.get("return_method", "").casefold() == method.casefold():
        count = 1
    assert len(poll("shipment_created", **filters)) == count
