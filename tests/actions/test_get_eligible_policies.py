from datetime import timedelta
from typing import Any

import pytest

import app
from connector.blocks import InvalidInput, read_input
from connector.returngo import BadRequest, NotFound, ReturnGO, Unavailable
from tests.conftest import Control
from tests.stand_ins import NOON

ACTION = app.CATALOGUE.actions["get_eligible_policies"]


def an_order(control: Control, *, items: int = 1, days_ago: int = 1) -> tuple[str, list[str]]:
    """Make an order; answer its id, and those of its lines."""
    created = (NOON - timedelta(days=days_ago)).isoformat()
    order = control("orders", items=items, created_at=created)
    return order["orderId"], [each["shopLineItemId"] for each in order["items"]]


def get(returngo: ReturnGO, order_id: str, lines: list[str]) -> dict[str, Any]:
    items = [{"line_item_id": line} for line in lines]
    return ACTION.perform(returngo, {"order_id": order_id, "items": items})


def test_each_item_has_its_policies(control: Control, returngo: ReturnGO) -> None:
    order_id, lines = an_order(control, items=2)
    shown = get(returngo, order_id, lines)
    assert (shown["id"], shown["order_id"], shown["is_eligible"]) == (order_id, order_id, True)
    assert [item["line_item_id"] for item in shown["items"]] == lines
    assert shown["items"][0]["policies"][0] == {
        "policy_id": "1101",
        "name": "Standard returns",
        "resolution_type": "RefundToPaymentMethod",
        "resolution_name": "Refund to payment method",
        "return_method": "Ship with any carrier",
        "return_method_name": "Courier return",
    }
    assert shown["shared_policy_ids"] == ["1101", "1102", "1103", "1104"]


def test_an_old_order_has_fewer_policies(control: Control, returngo: ReturnGO) -> None:
    order_id, lines = an_order(control, days_ago=70)
    assert get(returngo, order_id, lines)["shared_policy_ids"] == ["1104"]


def test_what_is_being_returned_has_none_so_not_all_can_be(
    control: Control, returngo: ReturnGO
) -> None:
    order_id, lines = an_order(control, items=2)
    item = {"shopLineItemId": lines[0], "policyId": "1101"}
    returngo.create_rma({"orderId": order_id, "items": [item]})
    shown = get(returngo, order_id, lines)
    assert shown["is_eligible"] is False
    assert shown["shared_policy_ids"] == []
    assert [len(item["policies"]) for item in shown["items"]] == [0, 4]


def test_only_what_every_item_may_use_is_shared(control: Control, returngo: ReturnGO) -> None:
    body = {
        "items": [
            {"shopLineItemId": 1, "policies": [{"policyId": each} for each in (7, None, 6)]},
            {"shopLineItemId": "2", "policies": [{"id": each} for each in ("6", "7", None)]},
        ]
    }
    control("faults", status=200, body=body)
    shown = get(returngo, "7", ["1", "2"])
    assert shown["shared_policy_ids"] == ["7", "6"]
    assert shown["is_eligible"] is True


def test_an_answer_may_leave_things_out(control: Control, returngo: ReturnGO) -> None:
    policy = {"policyId": 1101, "name": "Standard", "returnMethod": None, "days": 30}
    body = {"items": [{"shopLineItemId": "1", "policies": [policy]}, {"shopLineItemId": "9"}]}
    control("faults", status=200, body=body)
    shown = get(returngo, "7", ["1", "2"])
    assert shown["items"] == [
        {
            "line_item_id": "1",
            "policies": [
                {
                    "policy_id": "1101",
                    "name": "Standard",
                    "resolution_type": None,
                    "resolution_name": None,
                    "return_method": None,
                    "return_method_name": None,
                }
            ],
        },
        {"line_item_id": "2", "policies": []},
    ]
    assert shown["is_eligible"] is False


def test_an_answer_without_items_is_not_taken_for_no_policies(
    control: Control, returngo: ReturnGO
) -> None:
    control("faults", status=200, body={"policies": []})
    with pytest.raises(Unavailable, match="ReturnGO answered without items"):
        get(returngo, "7", ["1"])


def test_a_lost_answer_is_made_up_for(control: Control, returngo: ReturnGO) -> None:
    order_id, lines = an_order(control)
    control("faults", kind="lost_answer")
    assert get(returngo, order_id, lines)["is_eligible"] is True


def test_an_unknown_order_is_not_found(returngo: ReturnGO) -> None:
    with pytest.raises(NotFound) as refusal:
        get(returngo, "1", ["2"])
    assert str(refusal.value) == (
        "ReturnGO has no order 1 in demo.myshopify.com. The Order ID is the shop's internal id,"
        " not the order's name."
    )


def test_a_line_of_another_order_is_refused(control: Control, returngo: ReturnGO) -> None:
    order_id, _ = an_order(control)
    with pytest.raises(BadRequest, match="Unknown shopLineItemId"):
        get(returngo, order_id, ["1"])


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([], r"items: is \[\]"),
        ([{}], r"items\.0\.line_item_id: is missing"),
        ([{"line_item_id": "x"}], r"items\.0\.line_item_id: is 'x'"),
    ],
)
def test_items_are_needed(items: Any, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        read_input(ACTION.input_schema, {"order_id": "7396218241343", "items": items})
