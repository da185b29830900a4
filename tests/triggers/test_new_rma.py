from decimal import Decimal

import pytest

from tests.conftest import Control
from tests.triggers.conftest import Poll


def test_a_new_rma_is_shown_once_with_all_that_belongs_to_it(control: Control, poll: Poll) -> None:
    made = control(
        "rmas",
        customer_email="thandi@example.com",
        customer_name="Thandi Example",
        order_name="H12043",
        currency="KWD",
        items=2,
    )
    control("transactions", rma_id=int(made["rmaSummary"]["rmaId"]), amount="1.25", currency="KWD")
    (shown,) = poll("new_rma")
    rma_id = made["rmaSummary"]["rmaId"]
    assert shown["id"] == f"rma:{rma_id}:created"
    assert shown["rma_id"] == rma_id
    assert shown["rma_number"] == f"RMA{rma_id}"
    assert shown["status"] == "Pending"
    assert shown["order_name"] == "H12043"
    assert shown["customer_name"] == "Thandi Example"
    assert shown["customer_email"] == "thandi@example.com"
    assert shown["currency"] == "KWD"
    assert shown["item_count"] == len(shown["items"]) == 2
    paid = sum(Decimal(item["paid_price"]) for item in shown["items"])
    assert Decimal(shown["total_paid"]) == paid > 0
    assert shown["refund_total"] == "1.25"
    assert [parcel["shipment_id"] for parcel in shown["shipments"]] == [
        made["shipments"][0]["shipmentId"]
    ]
    assert shown["shop"] == "demo.myshopify.com"
    assert shown["occurred_at"] == shown["created_at"] == "2026-02-04T12:00:00Z"
    assert poll("new_rma") == [shown]


def test_an_rma_that_moved_on_is_not_new_again(control: Control, poll: Poll) -> None:
    made = control("rmas")
    before = poll("new_rma")
    control(f"rmas/{made['rmaSummary']['rmaId']}/status", status="Approved")
    assert poll("new_rma") == before


def test_an_rma_is_shown_with_the_status_that_it_had_by_then(control: Control, poll: Poll) -> None:
    control("rmas", status="Approved")
    assert [shown["status"] for shown in poll("new_rma")] == ["Approved"]


@pytest.mark.two_shops
def test_new_rmas_of_all_shops_are_shown_newest_first_or_of_one(
    control: Control, poll: Poll
) -> None:
    control("rmas", order_name="first")
    poll("new_rma")
    control("rmas", order_name="second", shop="outlet.myshopify.com")
    assert [shown["order_name"] for shown in poll("new_rma")] == ["second", "first"]
    assert [shown["order_name"] for shown in poll("new_rma", shop="outlet.myshopify.com")] == [
        "second"
    ]


def test_what_returngo_sent_is_added_on_request(control: Control, poll: Poll) -> None:
    made = control("rmas")
    (shown,) = poll("new_rma", raw="true")
    assert shown["raw"]["rmaSummary"]["rmaId"] == made["rmaSummary"]["rmaId"]
    assert "raw" not in poll("new_rma")[0]
