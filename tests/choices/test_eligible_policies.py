from collections.abc import Callable
from datetime import timedelta

import pytest

from connector.blocks import InvalidInput
from connector.returngo import NotFound
from tests.choices.conftest import Options
from tests.conftest import Control
from tests.stand_ins import NOON

STANDARD = {"id": "1101", "label": "Standard returns · Refund to payment method"}


def test_the_policies_of_a_line_are_offered_for_one_call(
    control: Control, options: Options, made_calls: Callable[[], list[str]]
) -> None:
    order = control("orders")
    line = order["items"][0]["shopLineItemId"]
    offered = options("eligible_policies", order_id=order["orderId"], line_item_id=line)
    assert offered[0] == STANDARD
    assert [each["id"] for each in offered] == ["1101", "1102", "1103", "1104"]
    assert made_calls() == ["POST /rma/getEligiblePolicies"]


def test_what_is_too_old_for_a_policy_is_not_offered_it(control: Control, options: Options) -> None:
    old = (NOON - timedelta(days=45)).isoformat()
    order = control("orders", created_at=old)
    line = order["items"][0]["shopLineItemId"]
    offered = options("eligible_policies", order_id=order["orderId"], line_item_id=line)
    assert [each["id"] for each in offered] == ["1102", "1103", "1104"]


def test_of_several_lines_only_what_all_may_use_is_offered(
    control: Control, options: Options
) -> None:
    def row(line: str, *policies: str) -> dict[str, object]:
        return {"shopLineItemId": line, "policies": [{"policyId": each} for each in policies]}

    answer = {"items": [row("1", "a", "b", "c"), row("2", "c", "b")]}
    control("faults", status=200, body=answer, count=2)
    both = options("eligible_policies", order_id="7", line_item_id="1, 2,1")
    assert both == [{"id": "b", "label": "b"}, {"id": "c", "label": "c"}]
    assert options("eligible_policies", order_id="7", line_item_id='["1", 3]') == []


def test_an_order_that_is_not_there_is_an_error(options: Options) -> None:
    with pytest.raises(NotFound, match=r"ReturnGO has no order 1 in demo\.myshopify\.com\."):
        options("eligible_policies", order_id="1", line_item_id="1")


@pytest.mark.parametrize("name", ["order_id", "line_item_id"])
def test_order_and_line_must_be_named(
    options: Options, made_calls: Callable[[], list[str]], name: str
) -> None:
    typed = {"order_id": "1", "line_item_id": "1", name: ""}
    with pytest.raises(InvalidInput, match=f"{name}: is missing"):
        options("eligible_policies", **typed)
    assert made_calls() == []
