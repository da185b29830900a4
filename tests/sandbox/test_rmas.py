import re
from typing import Any

import pytest

from connector.sandbox.world.lifecycle import RMA_STATUSES, path_to
from tests.sandbox.client import OUTLET, Caller, Time, refused

NEXT = {
    "Pending": {"Approved", "Rejected", "Canceled"},
    "Approved": {"Received", "Canceled"},
    "Received": {"Validated", "Canceled"},
    "Validated": {"Done", "Canceled"},
    "Done": set(),
    "Rejected": set(),
    "Canceled": set(),
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def details(api: Caller) -> list[dict[str, Any]]:
    return [api.read(f"/rma/{rma}") for rma in api.ids("/rmas")[:60]]


def made(api: Caller, **options: Any) -> int:
    return int(api.control("rmas", **options)["rmaSummary"]["rmaId"])


def test_a_row_is_a_summary_only(api: Caller) -> None:
    for row in api.read("/rmas", pagesize=500)["rmas"]:
        assert row.keys() == {"rmaId", "status", "order_name", "events"}
        assert isinstance(row["rmaId"], str)
        for event in row["events"]:
            assert event.keys() == {
                *("eventName", "eventDate", "triggeredVia", "storeLocationId", "userDetails"),
            }
            assert MOMENT.fullmatch(event["eventDate"])


def test_the_detail_begins_with_the_row(api: Caller) -> None:
    row = api.read("/rmas", pagesize=1)["rmas"][0]
    assert api.read(f"/rma/{row['rmaId']}")["rmaSummary"] == row


def test_the_detail_has_every_documented_key(api: Caller) -> None:
    for detail in details(api):
        assert detail.keys() >= {
            *("rmaSummary", "orderDetails", "shipments", "items", "comments", "exchangeOrders"),
            *("exchangeItems", "cancellationFee", "transactions", "createdAt", "lastUpdated"),
            "isOutOfPolicy",
        }
        assert detail["orderDetails"]["order_name"] == detail["rmaSummary"]["order_name"]
        assert MOMENT.fullmatch(detail["createdAt"])
        assert MOMENT.fullmatch(detail["lastUpdated"])


def test_media_may_be_asked_for(api: Caller) -> None:
    rma = api.ids("/rmas")[0]
    assert api.read(f"/rma/{rma}", includeMedia="true") == api.read(f"/rma/{rma}")


def test_the_details_have_the_oddities_of_real_ones(api: Caller) -> None:
    every = details(api)
    items = [item for detail in every for item in detail["items"]]
    assert {type(item["isAutoApprove"]) for item in items} == {int}
    assert {item["isAutoApprove"] for item in items} == {0, 1}
    assert {type(detail["isOutOfPolicy"]) for detail in every} == {int}
    assert {type(item["taxIncluded"]) for item in items} == {bool}
    for key in ("variantName", "barcode"):
        assert {type(item.get(key, ...)) for item in items} == {str, type(None), type(...)}
    answers = [question["answer"] for item in items for question in item["followUpQuestions"]]
    assert {} in answers
    assert any("textAnswer" in answer for answer in answers)
    kinds = {comment["commentType"] for detail in every for comment in detail["comments"]}
    assert kinds - {"merchant", "system"}
    assert any("riskScore" in detail for detail in every)
    assert any("riskScore" not in detail for detail in every)
    assert any(detail["exchangeItems"] and detail["exchangeOrders"] for detail in every)


def test_items_travel_in_the_returns_shipment_if_there_is_one(api: Caller) -> None:
    every = details(api)
    for detail in every:
        inbound = [each["shipmentId"] for each in detail["shipments"] if not each["isOutbound"]]
        assert {item["shipmentId"] for item in detail["items"]} == set(inbound or [None])
    assert any(not detail["shipments"] for detail in every)


def test_the_detail_embeds_its_transactions(api: Caller) -> None:
    rma = made(api)
    refund = api.control("transactions", rma_id=rma)
    assert api.read(f"/rma/{rma}")["transactions"] == [refund]


@pytest.mark.parametrize("start", RMA_STATUSES)
@pytest.mark.parametrize("target", RMA_STATUSES)
def test_only_the_line_of_life_is_allowed(
    empty: Caller, time: Time, start: str, target: str
) -> None:
    rma = made(empty, status=start)
    before = empty.read(f"/rma/{rma}")
    time.forward(minutes=1)
    response = empty.put(f"/rma/{rma}/status", {"status": target})
    after = empty.read(f"/rma/{rma}")
    allowed = target in NEXT[start]
    assert empty.calls()[1]["applied"] is allowed
    if not allowed:
        assert refused(response) == 400
        assert after == before
        return
    assert (response.status_code, response.json) == (200, {})
    assert after["rmaSummary"]["status"] == target
    assert after["lastUpdated"] == before["lastUpdated"]
    approved = {
        "eventName": "RMA_APPROVED",
        "eventDate": "2026-03-10T12:01:00+00:00",
        "triggeredVia": "API",
        "storeLocationId": "online",
        "userDetails": None,
    }
    left = [approved] if target == "Approved" else []
    assert after["rmaSummary"]["events"] == [*before["rmaSummary"]["events"], *left]
    assert after["comments"][0]["triggeredBy"] == "ReturnGO API"
    assert f"<b>{target.upper()}</b>" in after["comments"][0]["htmlText"]


@pytest.mark.parametrize("body", [{}, {"status": None}, {"status": 1}, {"status": "approved"}])
def test_an_unknown_or_missing_status_is_400(empty: Caller, body: dict[str, Any]) -> None:
    rma = made(empty)
    assert refused(empty.put(f"/rma/{rma}/status", body)) == 400


def test_a_changed_status_is_found_by_its_time(empty: Caller, time: Time) -> None:
    rmas = [made(empty), made(empty)]
    time.forward(hours=1)
    empty.put(f"/rma/{rmas[0]}/status", {"status": "Approved"})
    time.forward(seconds=8)
    assert empty.ids("/rmas", rma_updated_at="gt:2026-03-10T12:00:00") == [rmas[0]]
    assert empty.ids("/rmas", rma_created_at="gt:2026-03-10T12:00:00") == []


def test_a_comment_joins_the_others_and_moves_no_time(empty: Caller, time: Time) -> None:
    rma = made(empty)
    before = empty.read(f"/rma/{rma}")
    time.forward(minutes=1)
    response = empty.post(f"/rma/{rma}/comment", {"htmlText": "<b>Grüße</b>"})
    assert response.json == {}
    after = empty.read(f"/rma/{rma}")
    assert after["comments"] == [
        {
            "commentType": "merchant",
            "triggeredBy": "ReturnGO API",
            "htmlText": "<b>Grüße</b>",
            "datetime": "2026-03-10T12:01:00+00:00",
        },
        *before["comments"],
    ]
    assert after["lastUpdated"] == before["lastUpdated"]


def test_a_comment_is_answered_200_or_201(empty: Caller) -> None:
    rma = made(empty)
    answers = [empty.post(f"/rma/{rma}/comment", {"htmlText": "x"}) for _ in range(2)]
    assert {response.status_code for response in answers} == {200, 201}


@pytest.mark.parametrize("body", [{}, {"htmlText": ""}, {"htmlText": None}, {"htmlText": ["x"]}])
def test_a_comment_needs_its_text(empty: Caller, body: dict[str, Any]) -> None:
    assert refused(empty.post(f"/rma/{made(empty)}/comment", body)) == 400


def test_the_comma_lists_filter(api: Caller) -> None:
    assert {
        row["status"] for row in api.read("/rmas", pagesize=500, status="Done,Pending")["rmas"]
    } == {"Done", "Pending"}
    one = made(api, order_name="A1")
    two = made(api, order_name="B2")
    assert api.ids("/rmas", order_name="B2,A1,none") == [two, one]
    assert api.ids("/rmas", order_name="B2, A1") == [two]
    customer = api.world.rmas[one].order.customer.id
    assert api.ids("/rmas", customer_ids=f"{customer},1") == [one]
    shipment = api.read(f"/rma/{two}")["shipments"][0]["shipmentId"]
    api.put(f"/shipment/{shipment}", {"trackingNumber": "T-9"})
    assert api.ids("/rmas", tracking_numbers="T-9") == [two]


def test_filters_add_up(api: Caller) -> None:
    made(api, order_name="A1")
    two = made(api, order_name="A1", status="Approved")
    assert api.ids("/rmas", order_name="A1", status="Approved") == [two]


@pytest.mark.parametrize("name", ["status", "order_name", "customer_ids", "tracking_numbers"])
def test_an_unknown_word_finds_nothing_and_an_empty_list_everything(api: Caller, name: str) -> None:
    assert api.ids("/rmas", **{name: "nothing"}) == []
    assert api.ids("/rmas", **{name: ""}) == api.ids("/rmas")


def test_each_shop_lists_its_own(api: Caller) -> None:
    theirs = made(api, shop=OUTLET)
    assert theirs not in api.ids("/rmas")


def test_a_line_of_life_is_shown_whole() -> None:
    assert path_to("Received") == ("Pending", "Approved", "Received")
    assert path_to("Canceled") == ("Pending", "Canceled")
