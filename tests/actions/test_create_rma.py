from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import app
from actions.create_rma import MOST_LOOKS
from connector.connections import Connection
from connector.idempotency import Idempotency
from connector.idempotency.keys import ENDING
from connector.returngo import BadRequest, NotFound, ReturnGO, Unavailable, Undecided, Upstream
from connector.sandbox.app import SandboxApp
from connector.store import Store, Vault
from tests.conftest import Control
from tests.stand_ins import NOON, HandClock

ACTION = app.CATALOGUE.actions["create_rma"]
CREATED = "POST /rma/createByPolicy"


def an_order(control: Control, *, items: int = 1, days_ago: int = 1) -> tuple[str, list[str]]:
    """Make an order; answer its id, and those of its lines. After 60 days one policy is left."""
    created = (NOON - timedelta(days=days_ago)).isoformat()
    order = control("orders", items=items, created_at=created)
    return order["orderId"], [each["shopLineItemId"] for each in order["items"]]


def call_for(order_id: str, lines: list[str], **more: str) -> dict[str, Any]:
    return {"order_id": order_id, "items": [{"line_item_id": line} for line in lines], **more}


def refusal_of(returngo: ReturnGO, call: dict[str, Any]) -> str:
    with pytest.raises(BadRequest) as refusal:
        ACTION.perform(returngo, call)
    return str(refusal.value)


def test_an_rma_is_created_by_the_chosen_policy_and_shown_whole(
    control: Control, returngo: ReturnGO
) -> None:
    order_id, lines = an_order(control, items=2)
    shown = ACTION.perform(returngo, call_for(order_id, lines, policy_id="1102"))
    assert shown["id"] == shown["rma_id"]
    assert (shown["order_id"], shown["status"]) == (order_id, "Pending")
    assert shown["resolution_types"] == ["RefundToStoreCredit"]
    assert shown["customer_email"]
    rma = returngo.get_rma(shown["rma_id"])
    assert [item["shopLineItemId"] for item in rma["items"]] == lines


def test_an_items_own_policy_and_reason_are_sent(control: Control, returngo: ReturnGO) -> None:
    order_id, lines = an_order(control)
    item = {"line_item_id": lines[0], "policy_id": "1103", "return_reason": "Too loud"}
    call = {"order_id": order_id, "items": [item], "policy_id": "1101"}
    shown = ACTION.perform(returngo, call)
    assert shown["resolution_types"] == ["InstantVariantExchange"]
    assert shown["items"][0]["return_reason"] == "Too loud"


def test_without_a_policy_the_only_one_is_taken(control: Control, returngo: ReturnGO) -> None:
    order_id, lines = an_order(control, items=2, days_ago=70)
    shown = ACTION.perform(returngo, call_for(order_id, lines))
    assert shown["resolution_types"] == ["RefundToGiftCard"]
    assert shown["item_count"] == 2


def test_with_a_policy_it_costs_no_call_to_ask(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    order_id, lines = an_order(control)
    ACTION.perform(returngo, call_for(order_id, lines, policy_id="1101"))
    assert [call.method for call in sandbox.simulation.calls] == ["POST", "GET"]


def test_only_items_without_a_policy_are_asked_for(control: Control, returngo: ReturnGO) -> None:
    order_id, lines = an_order(control, items=2, days_ago=70)
    items = [{"line_item_id": lines[0], "policy_id": "1104"}, {"line_item_id": lines[1]}]
    offered = {"shopLineItemId": lines[1], "policies": [{"policyId": "1104"}]}
    control("faults", status=200, body={"items": [offered]})
    assert ACTION.perform(returngo, {"order_id": order_id, "items": items})["item_count"] == 2


def test_of_several_policies_none_is_taken_and_all_are_listed(
    control: Control, returngo: ReturnGO, made_writes: Callable[[], list[str]]
) -> None:
    order_id, lines = an_order(control, items=2, days_ago=40)
    offer = "1102 (Store credit for longer), 1103 (Another size), 1104 (Gift card in the shop)"
    assert refusal_of(returngo, call_for(order_id, lines)) == (
        f"No RMA was created for order {order_id}. Several policies are possible. By item,"
        f" ReturnGO offers {offer} for {lines[0]}; {offer} for {lines[1]}."
    )
    assert made_writes() == []


def test_where_no_policy_suits_all_what_each_item_may_use_is_listed(
    control: Control, returngo: ReturnGO
) -> None:
    order_id, lines = an_order(control, items=2, days_ago=70)
    ACTION.perform(returngo, call_for(order_id, lines[:1]))
    assert refusal_of(returngo, call_for(order_id, lines)) == (
        f"No RMA was created for order {order_id}. No policy suits all the items. By item, ReturnGO"
        f" offers nothing for {lines[0]}; 1104 (Gift card in the shop) for {lines[1]}."
    )


def test_a_policy_that_an_item_may_not_use_is_refused(control: Control, returngo: ReturnGO) -> None:
    order_id, lines = an_order(control, days_ago=70)
    assert refusal_of(returngo, call_for(order_id, lines, policy_id="1101")) == (
        f"No RMA was created for order {order_id}. ReturnGO refused this: Policy 1101 is not"
        f" eligible for item {lines[0]}"
    )


def test_a_combination_that_returngo_refuses_is_refused(
    control: Control, returngo: ReturnGO
) -> None:
    order_id, lines = an_order(control, items=2)
    items = [
        {"line_item_id": line, "policy_id": policy}
        for line, policy in zip(lines, ("1101", "1102"), strict=True)
    ]
    sentence = refusal_of(returngo, {"order_id": order_id, "items": items})
    assert "These policies cannot be combined" in sentence


@pytest.mark.parametrize("more", [{}, {"policy_id": "1101"}])
def test_an_unknown_order_is_not_found(returngo: ReturnGO, more: dict[str, str]) -> None:
    with pytest.raises(NotFound, match=r"ReturnGO has no order 1 in demo\.myshopify\.com\. The"):
        ACTION.perform(returngo, call_for("1", ["2"], **more))


@pytest.mark.parametrize("status", [500, 404, 403, 429])
def test_a_new_rma_that_cannot_be_read_is_answered_with_what_is_known(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp, status: int
) -> None:
    order_id, lines = an_order(control, items=2)
    control("faults", status=status, method="GET", count=9)
    shown = ACTION.perform(returngo, call_for(order_id, lines, policy_id="1101"))
    (rma_id,) = map(str, sandbox.simulation.world.rmas)
    assert (shown["id"], shown["rma_id"], shown["order_id"]) == (rma_id, rma_id, order_id)
    assert [item["line_item_id"] for item in shown["items"]] == lines
    assert shown["status"] is None


def test_an_answer_without_the_id_is_no_error(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    order_id, lines = an_order(control)
    control("faults", status=200, body={}, when="after")
    shown = ACTION.perform(returngo, call_for(order_id, lines, policy_id="1101"))
    assert (shown["rma_id"], shown["order_id"]) == (None, order_id)
    assert len(sandbox.simulation.calls) == 1


@pytest.fixture
def once(store: Store, vault: Vault, upstream: Upstream, clock: HandClock) -> Idempotency:
    return Idempotency(store, vault, upstream, clock)


def interrupted(
    control: Control,
    once: Idempotency,
    connection: Connection,
    clock: HandClock,
    call: dict[str, Any],
    kind: str,
) -> None:
    control("faults", kind=kind, method="POST")
    with pytest.raises(Unavailable):
        once.perform(connection, ACTION, call, "key")
    clock.advance(ENDING)


def test_an_interrupted_try_that_created_is_found(
    control: Control,
    once: Idempotency,
    connection: Connection,
    clock: HandClock,
    made_writes: Callable[[], list[str]],
) -> None:
    order_id, lines = an_order(control, items=2)
    control("rmas", count=2)
    call = call_for(order_id, lines, policy_id="1101")
    interrupted(control, once, connection, clock, call, "lost_answer")
    control("rmas", count=2)
    assert once.perform(connection, ACTION, call, "key").answer["order_id"] == order_id
    assert made_writes() == [CREATED]


def test_an_interrupted_try_that_did_not_arrive_is_made_again(
    control: Control,
    once: Idempotency,
    connection: Connection,
    clock: HandClock,
    made_writes: Callable[[], list[str]],
) -> None:
    order_id, lines = an_order(control)
    call = call_for(order_id, lines, policy_id="1101")
    interrupted(control, once, connection, clock, call, "drop")
    assert once.perform(connection, ACTION, call, "key").answer["order_id"] == order_id
    assert made_writes() == [CREATED]


def test_an_rma_of_other_lines_or_of_long_before_is_not_taken_for_it(
    control: Control, returngo: ReturnGO, clock: HandClock
) -> None:
    order_id, lines = an_order(control, items=3)
    returngo_calls = call_for(order_id, lines[:2], policy_id="1101")
    ACTION.perform(returngo, returngo_calls)
    assert ACTION.already_done is not None
    for others in (lines[:1], lines, lines[1:]):
        call = call_for(order_id, others)
        assert ACTION.already_done(returngo, clock.now(), **call) is None
    assert ACTION.already_done(returngo, clock.now(), **returngo_calls) is not None
    later = clock.now() + returngo.clocks_apart + timedelta(seconds=1)
    assert ACTION.already_done(returngo, later, **returngo_calls) is None


def test_where_too_many_were_created_since_nobody_can_know(
    control: Control, returngo: ReturnGO, clock: HandClock, sandbox: SandboxApp
) -> None:
    call = call_for("7396218241343", ["1"])
    assert ACTION.already_done is not None
    control("rmas", count=MOST_LOOKS)
    assert ACTION.already_done(returngo, clock.now(), **call) is None
    control("rmas")
    sandbox.simulation.calls.clear()
    with pytest.raises(Undecided) as undecided:
        ACTION.already_done(returngo, clock.now(), **call)
    assert str(undecided.value) == (
        "An earlier try to create an RMA for order 7396218241343 was interrupted, and since then"
        " more than 20 RMAs were created in demo.myshopify.com, too many to look through. Look at"
        " ReturnGO; to do it again, use another idempotency key."
    )
    assert len(sandbox.simulation.calls) == 1 + MOST_LOOKS


def test_among_too_many_it_is_found_by_its_early_time(
    control: Control, returngo: ReturnGO, clock: HandClock
) -> None:
    order_id, lines = an_order(control)
    call = call_for(order_id, lines, policy_id="1101")
    began = clock.now()
    made = ACTION.perform(returngo, call)
    clock.advance(timedelta(hours=1))
    control("rmas", count=MOST_LOOKS + 5)
    assert ACTION.already_done is not None
    found = ACTION.already_done(returngo, began, **call)
    assert found is not None
    assert found["rmaSummary"]["rmaId"] == made["rma_id"]
