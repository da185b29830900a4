import re
from typing import Any

import pytest

from connector.sandbox.world.lifecycle import (
    RESOLUTION_TYPES,
    RMA_STATUSES,
    TRANSACTION_TYPES,
    path_to,
    rma_event,
)
from tests.sandbox.client import OTHER, OUTLET, Caller, Time, refused

EVERY = [
    ("POST", "rmas"),
    ("POST", "transactions"),
    ("POST", "orders"),
    ("POST", "faults"),
    ("DELETE", "faults"),
    ("GET", "faults"),
    ("GET", "calls"),
    ("DELETE", "calls"),
    ("POST", "clock"),
    ("POST", "limits"),
    ("POST", "reset"),
    ("POST", "webhooks"),
    ("GET", "webhooks"),
    ("DELETE", "webhooks"),
]


def rma_id(detail: dict[str, Any]) -> int:
    return int(detail["rmaSummary"]["rmaId"])


@pytest.mark.parametrize(("method", "path"), EVERY)
@pytest.mark.parametrize("options", [{}, {"json": {}}, {"data": b"{}"}])
def test_none_needs_a_key_or_a_body_and_none_is_recorded_or_counted(
    api: Caller, method: str, path: str, options: dict[str, Any]
) -> None:
    api.key = api.shop = None
    response = api.call(method, f"/_sandbox/{path}", **options)
    assert response.status_code == 200
    assert api.calls() == []
    assert api.control("limits")["used"] == {"demo-key": 0, "other-key": 0}


def test_limits_and_faults_do_not_touch_control_calls(api: Caller) -> None:
    api.control("limits", daily=0, second=0)
    api.control("faults")
    api.control("rmas")
    assert api.control("faults", "GET")[0]["count"] == 1


@pytest.mark.parametrize(("method", "path"), [each for each in EVERY if each[0] == "POST"])
@pytest.mark.parametrize(
    "options", [{"json": {"typo": 1}}, {"json": []}, {"data": "{"}, {"data": b"\xff"}]
)
def test_a_typo_is_refused(api: Caller, method: str, path: str, options: dict[str, Any]) -> None:
    assert refused(api.call(method, f"/_sandbox/{path}", **options)) == 400


def test_an_unknown_control_call_is_404(api: Caller) -> None:
    assert refused(api.post("/_sandbox/nothing")) == 404
    assert api.calls() == []


def test_by_itself_a_return_is_pending_new_and_of_the_demo_shop(api: Caller, time: Time) -> None:
    time.forward(minutes=5)
    made = api.control("rmas")
    assert made["rmaSummary"]["status"] == "Pending"
    assert made["createdAt"] == made["lastUpdated"] == "2026-03-10T12:05:00+00:00"
    assert api.ids("/rmas")[0] == rma_id(made)


def test_a_made_return_is_answered_as_returngo_shows_it(api: Caller) -> None:
    made = api.control("rmas")
    assert api.read(f"/rma/{rma_id(made)}") == made


def test_a_return_is_as_it_was_asked_for(api: Caller) -> None:
    made = api.control(
        "rmas",
        shop=OTHER,
        order_name="A1",
        created_at="2026-03-01T10:00:00.900+02:00",
        updated_at="2026-03-02T10:00:00Z",
        customer_email="someone@example.com",
        customer_name="Ünïcode",
        resolution_type="RefundToGiftCard",
        currency="KWD",
        items=3,
    )
    assert Caller(api.app, "other-key", OTHER).ids("/rmas")[0] == rma_id(made)
    assert made["rmaSummary"]["order_name"] == "A1"
    assert made["createdAt"] == "2026-03-01T08:00:00+00:00"
    assert made["lastUpdated"] == "2026-03-02T10:00:00+00:00"
    address = made["shipments"][0]["customerAddress"]
    assert (address["name"], address["email"]) == ("Ünïcode", "someone@example.com")
    assert [item["resolutionType"] for item in made["items"]] == ["RefundToGiftCard"] * 3
    assert {item["paidPrice"]["currency"] for item in made["items"]} == {"KWD"}


@pytest.mark.parametrize("status", RMA_STATUSES)
def test_a_return_may_be_made_in_any_status_with_the_events_that_led_there(
    api: Caller, status: str
) -> None:
    summary = api.control("rmas", status=status)["rmaSummary"]
    assert summary["status"] == status
    assert [event["eventName"] for event in summary["events"]] == [
        rma_event(passed) for passed in path_to(status) if passed in ("Pending", "Approved")
    ]


@pytest.mark.parametrize("kind", RESOLUTION_TYPES)
def test_every_resolution_can_be_made(api: Caller, kind: str) -> None:
    made = api.control("rmas", resolution_type=kind)
    assert bool(made["exchangeItems"]) is ("Exchange" in kind)


@pytest.mark.parametrize("path", ["rmas", "transactions", "orders"])
def test_a_count_makes_a_list(api: Caller, path: str) -> None:
    assert len(api.control(path, count=1)) == 1
    assert len(api.control(path, count=3)) == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("rmas", {"shop": "nowhere"}),
        ("rmas", {"status": "Open"}),
        ("rmas", {"count": 0}),
        ("rmas", {"count": 10_001}),
        ("rmas", {"count": True}),
        ("rmas", {"created_at": "yesterday"}),
        ("rmas", {"created_at": 5}),
        ("rmas", {"created_at": "0001-01-01T00:00:00+14:00"}),
        ("rmas", {"items": 21}),
        ("rmas", {"resolution_type": "Nothing"}),
        ("transactions", {"type": "Gift"}),
        ("transactions", {"status": "Paid"}),
        ("transactions", {"amount": "much"}),
        ("transactions", {"amount": True}),
        ("transactions", {"amount": []}),
        ("transactions", {"amount": {}}),
        ("transactions", {"amount": "1e999"}),
        ("transactions", {"amount": "NaN"}),
        ("transactions", {"rma_id": "x"}),
        ("transactions", {"bank_account": "yes"}),
        ("clock", {"now": "noon"}),
        ("clock", {"advance": "1"}),
        ("clock", {"advance": True}),
        ("clock", {"now": "9999-12-31T23:59:59", "advance": 1}),
        ("limits", {"daily": -1}),
        ("limits", {"key": "wrong"}),
        ("reset", {"seed": 1.5}),
        ("reset", {"empty": 1}),
    ],
)
def test_an_option_out_of_order_is_refused(api: Caller, path: str, body: dict[str, Any]) -> None:
    assert refused(api.control_response(path, **body)) == 400


def test_a_status_moves_on_by_itself_to_the_end(api: Caller, time: Time) -> None:
    rma = rma_id(api.control("rmas"))
    time.forward(minutes=1)
    seen = [api.control(f"rmas/{rma}/status")["rmaSummary"]["status"] for _ in range(4)]
    assert seen == ["Approved", "Received", "Validated", "Done"]
    assert refused(api.control_response(f"rmas/{rma}/status")) == 400


def test_a_status_change_is_answered_as_returngo_shows_it(api: Caller, time: Time) -> None:
    rma = rma_id(api.control("rmas"))
    time.forward(minutes=1)
    changed = api.control(f"rmas/{rma}/status")
    assert changed == api.read(f"/rma/{rma}")
    last = changed["rmaSummary"]["events"][-1]
    assert (last["eventName"], last["triggeredVia"]) == ("RMA_APPROVED", "Dashboard")


def test_a_silent_status_change_leaves_no_event_but_moves_the_time(api: Caller, time: Time) -> None:
    made = api.control("rmas")
    time.forward(minutes=1)
    changed = api.control(f"rmas/{rma_id(made)}/status", silent=True)
    assert changed["rmaSummary"]["status"] == "Approved"
    assert changed["rmaSummary"]["events"] == made["rmaSummary"]["events"]
    time.forward(seconds=8)
    moved = api.read(f"/rma/{rma_id(made)}")["lastUpdated"]
    assert "2026-03-10T12:01:02+00:00" <= moved <= "2026-03-10T12:01:08+00:00"


def test_a_merchant_cannot_break_the_line_of_life_either(api: Caller) -> None:
    rma = rma_id(api.control("rmas"))
    assert refused(api.control_response(f"rmas/{rma}/status", status="Done")) == 400


@pytest.mark.parametrize(("bad", "status"), [("1", 404), ("x", 400)])
@pytest.mark.parametrize("path", ["rmas/{}/status", "shipments/{}"])
def test_what_is_not_there_cannot_be_changed(api: Caller, path: str, bad: str, status: int) -> None:
    assert refused(api.control_response(path.format(bad))) == status


def test_by_itself_a_transaction_is_a_requested_refund_of_the_newest_return(api: Caller) -> None:
    newest = api.read(f"/rma/{api.ids('/rmas')[0]}")
    refund = api.control("transactions")
    assert (refund["type"], refund["status"]) == ("RefundToPaymentMethod", "Requested")
    assert refund["externalReferenceId"] is None
    assert refund["amount"] == newest["items"][0]["paidPrice"]
    assert refund["returnItemIds"] == [item["returnedItemId"] for item in newest["items"]]
    assert api.ids("/transactions", rma_ids=newest["rmaSummary"]["rmaId"])[-1] == refund["id"]


def test_a_transaction_is_answered_as_returngo_lists_it(api: Caller) -> None:
    refund = api.control("transactions")
    assert api.read("/transactions", pagesize=1, ids=refund["id"])["transactions"] == [refund]


def test_a_transaction_in_an_empty_world_brings_its_return_along(empty: Caller) -> None:
    empty.control("transactions", shop=OUTLET)
    outlet = Caller(empty.app, shop=OUTLET)
    assert len(outlet.ids("/rmas")) == len(outlet.ids("/transactions")) == 1
    assert empty.ids("/rmas") == []


@pytest.mark.parametrize("kind", TRANSACTION_TYPES)
def test_a_transaction_is_as_it_was_asked_for(api: Caller, kind: str) -> None:
    rma = rma_id(api.control("rmas"))
    made = api.control(
        "transactions",
        rma_id=str(rma),
        type=kind,
        status="Success",
        amount=12.5,
        currency="EUR",
        processor="Elsewhere",
        created_at="2026-03-01T10:00:00",
        updated_at="2026-03-02T10:00:00",
        bank_account=True,
    )
    assert made["type"] == kind
    assert made["amount"] == {
        "amount": 12.5,
        "currency": "EUR",
        "shopAmount": 250,
        "shopCurrency": "ZAR",
    }
    assert (made["status"], made["processor"]) == ("Success", "Elsewhere")
    assert made["createdAt"] == "2026-03-01T10:00:00+00:00"
    assert made["lastUpdated"] == "2026-03-02T10:00:00+00:00"
    assert re.fullmatch(r"DE00\d{18}", made["bankAccountDetails"]["iban"])
    assert made["externalReferenceId"]
    assert bool(made["returnItemIds"]) is kind.startswith("Refund")


def test_a_transaction_of_a_return_that_is_not_the_shops_is_refused(api: Caller) -> None:
    rma = rma_id(api.control("rmas"))
    assert refused(api.control_response("transactions", rma_id=rma, shop=OUTLET)) == 404
    assert refused(api.control_response("transactions", rma_id=1)) == 404
    assert api.control("transactions", rma_id=rma)["id"]


def test_a_shipment_travels_by_itself_and_gets_its_label(api: Caller) -> None:
    shipment = api.control("rmas")["shipments"][0]["shipmentId"]
    first = api.control(f"shipments/{shipment}")
    assert first["status"] == "LabelCreated"
    for key in ("carrierName", "trackingNumber", "trackingURL", "labelURL"):
        assert first[key]
    seen = [api.control(f"shipments/{shipment}")["status"] for _ in range(3)]
    assert seen == ["Shipped", "Received", "Validated"]
    assert refused(api.control_response(f"shipments/{shipment}")) == 400


def test_a_shipment_changes_as_asked_for_and_leaves_the_returns_time(
    api: Caller, time: Time
) -> None:
    made = api.control("rmas")
    shipment = made["shipments"][0]
    time.forward(days=2)
    changed = api.control(
        f"shipments/{shipment['shipmentId']}", status="Shipped", trackingNumber="T1"
    )
    assert changed == shipment | {"status": "Shipped", "trackingNumber": "T1"}
    after = api.read(f"/rma/{rma_id(made)}")
    told = {"shipments": [changed], "comments": after["comments"]}
    assert after == made | told
    assert "IN TRANSIT" in after["comments"][0]["htmlText"]
    bad = api.control_response(f"shipments/{shipment['shipmentId']}", status="Pending")
    assert refused(bad) == 400


def test_an_order_shows_what_can_be_returned(api: Caller) -> None:
    order = api.control("orders", order_name="A1", items=2, created_at="2026-03-01T00:00:00")
    assert order["order_name"] == "A1"
    assert order["createdAt"] == "2026-03-01T00:00:00+00:00"
    assert order["orderId"].isdigit()
    assert [item.keys() for item in order["items"]] == [
        {"shopLineItemId", "productName", "sku"}
    ] * 2


def test_the_warehouse_finds_all_items_good_unless_told_so(api: Caller, time: Time) -> None:
    made = api.control("rmas", items=2)
    time.forward(minutes=1)
    shown = api.control(f"rmas/{rma_id(made)}/validation")
    for item in shown["items"]:
        found = item["itemValidationStatusResponse"]
        assert (found["isReturned"], found["isRestockable"]) == (True, True)
        assert found["lastValidationDate"] != made["createdAt"]
    assert shown["lastUpdated"] == made["lastUpdated"]


def test_the_warehouse_finds_one_item_bad_or_missing(api: Caller) -> None:
    made = api.control("rmas", items=2)
    path = f"rmas/{rma_id(made)}/validation"
    bad, missing = (item["returnedItemId"] for item in made["items"])
    api.control(path, item=bad, is_restockable=False, reason="Damaged", location="warehouse-1")
    shown = api.control(path, item=missing, is_returned=False, reason="Not in the parcel")
    found = {
        each["returnedItemId"]: each["itemValidationStatusResponse"] for each in shown["items"]
    }
    assert found[bad]["nonRestockableReason"] == "Damaged"
    assert found[bad]["storeLocationId"] == "warehouse-1"
    assert found[missing]["isRestockable"] is False
    assert found[missing]["nonReturnedReason"] == "Not in the parcel"


def test_an_item_or_return_that_is_not_there_cannot_be_validated(api: Caller) -> None:
    made = rma_id(api.control("rmas"))
    assert api.control_response(f"rmas/{made}/validation", item="1").status_code == 404
    assert api.control_response("rmas/1/validation").status_code == 404
