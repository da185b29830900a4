from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.client import DEMO, OUTLET, START, Caller, refused

ELIGIBLE, CREATE = "/rma/getEligiblePolicies", "/rma/createByPolicy"


def ordered(api: Caller, days_ago: int = 1, **options: Any) -> dict[str, Any]:
    created = (START - timedelta(days=days_ago)).isoformat()
    order: dict[str, Any] = api.control("orders", created_at=created, **options)
    return order


def lines(order: dict[str, Any]) -> list[str]:
    return [item["shopLineItemId"] for item in order["items"]]


def asked(order: dict[str, Any], **chosen: str) -> dict[str, Any]:
    """Ask for all of an order's items, the same way each."""
    items = [{"shopLineItemId": line} | chosen for line in lines(order)]
    return {"orderId": order["orderId"], "items": items}


def offered(api: Caller, order: dict[str, Any]) -> list[list[str]]:
    response = api.post(ELIGIBLE, asked(order))
    assert response.status_code == 200
    assert response.json
    return [[each["policyId"] for each in item["policies"]] for item in response.json["items"]]


@pytest.mark.parametrize(
    ("days", "policies"),
    [
        (30, ["1101", "1102", "1103", "1104"]),
        (31, ["1102", "1103", "1104"]),
        (90, ["1104"]),
        (91, []),
    ],
)
def test_policies_end_so_many_days_after_the_order(
    empty: Caller, days: int, policies: list[str]
) -> None:
    assert offered(empty, ordered(empty, days)) == [policies]


def test_a_policy_says_what_it_offers(empty: Caller) -> None:
    response = empty.post(ELIGIBLE, asked(ordered(empty)))
    assert response.json
    assert response.json["items"][0]["policies"][0] == {
        "policyId": "1101",
        "policyRuleName": "Standard returns",
        "resolutionType": "RefundToPaymentMethod",
        "resolutionName": "Refund to payment method",
        "returnMethod": {"type": "Ship with any carrier", "name": "Courier return"},
    }


def test_asking_makes_nothing(empty: Caller) -> None:
    offered(empty, ordered(empty))
    assert empty.ids("/rmas") == []
    assert not empty.calls()[0]["applied"]


def test_a_return_is_made_and_named(empty: Caller) -> None:
    order = ordered(empty, items=2)
    response = empty.post(CREATE, asked(order, policyId="1102", returnReason="Too big"))
    assert response.status_code == 200
    assert response.json == {"rmaId": str(empty.ids("/rmas")[0])}
    assert empty.calls()[0]["applied"]
    detail = empty.read(f"/rma/{response.json['rmaId']}")
    assert detail["rmaSummary"]["status"] == "Pending"
    assert detail["rmaSummary"]["events"][0]["triggeredVia"] == "API"
    assert detail["orderDetails"]["orderId"] == order["orderId"]
    assert detail["createdAt"] == "2026-03-10T12:00:00+00:00"
    assert [item["shopLineItemId"] for item in detail["items"]] == lines(order)
    assert {item["resolutionType"] for item in detail["items"]} == {"RefundToStoreCredit"}
    assert {item["policyRuleName"] for item in detail["items"]} == {"Store credit for longer"}
    assert {item["returnReason"] for item in detail["items"]} == {"Too big"}


def test_what_is_returned_is_not_eligible_again(empty: Caller) -> None:
    order = ordered(empty, items=2)
    one = {
        "orderId": order["orderId"],
        "items": [{"shopLineItemId": lines(order)[0], "policyId": "1101"}],
    }
    created = empty.post(CREATE, one)
    assert created.json
    assert [len(policies) for policies in offered(empty, order)] == [0, 4]
    assert refused(empty.post(CREATE, one)) == 400
    empty.put(f"/rma/{created.json['rmaId']}/status", {"status": "Rejected"})
    assert [len(policies) for policies in offered(empty, order)] == [4, 4]


def test_eligibility_is_enforced_for_every_item(empty: Caller) -> None:
    order = ordered(empty, 31, items=2)
    assert refused(empty.post(CREATE, asked(order, policyId="1101"))) == 400
    assert refused(empty.post(CREATE, asked(order, policyId="9"))) == 400
    assert empty.ids("/rmas") == []


def test_two_policies_cannot_be_combined(empty: Caller) -> None:
    body = asked(ordered(empty, items=2), policyId="1101")
    body["items"][1]["policyId"] = "1104"
    assert refused(empty.post(CREATE, body)) == 400
    assert empty.ids("/rmas") == []


@pytest.mark.parametrize("path", [ELIGIBLE, CREATE])
@pytest.mark.parametrize(
    ("items", "status"),
    [
        (None, 400),
        ([], 400),
        ("x", 400),
        (["x"], 400),
        ([{}], 400),
        ([{"shopLineItemId": "1", "policyId": "1101"}], 400),
        ([{"shopLineItemId": [], "policyId": "1101"}], 400),
    ],
)
def test_bad_items_are_400(empty: Caller, path: str, items: Any, status: int) -> None:
    body = {"orderId": ordered(empty)["orderId"], "items": items}
    assert refused(empty.post(path, body)) == status


@pytest.mark.parametrize("path", [ELIGIBLE, CREATE])
def test_an_item_may_be_named_once(empty: Caller, path: str) -> None:
    body = asked(ordered(empty), policyId="1101")
    body["items"] *= 2
    assert refused(empty.post(path, body)) == 400


@pytest.mark.parametrize("path", [ELIGIBLE, CREATE])
@pytest.mark.parametrize(("order_id", "status"), [("1", 404), ("x", 400), (None, 400)])
def test_an_order_that_is_not_there_is_refused(
    empty: Caller, path: str, order_id: str | None, status: int
) -> None:
    assert refused(empty.post(path, {"orderId": order_id, "items": []})) == status


@pytest.mark.parametrize("path", [ELIGIBLE, CREATE])
def test_another_shops_order_is_not_there(empty: Caller, path: str) -> None:
    body = asked(ordered(empty, shop=OUTLET), policyId="1101")
    assert empty.shop == DEMO
    assert refused(empty.post(path, body)) == 404
