from typing import Any

import pytest

from connector.sandbox.world.lifecycle import WEBHOOK_EVENTS
from tests.sandbox.client import OUTLET, Caller, refused

HOOK = {"url": "https://bridge.example.com/in", "eventName": "RMA_CREATED"}


def registered(empty: Caller, **changes: str) -> dict[str, Any]:
    assert empty.post("/webhook", HOOK | changes).status_code == 200
    hook: dict[str, Any] = empty.read("/webhooks")[-1]
    return hook


def test_the_list_is_bare_and_empty_at_first(empty: Caller) -> None:
    assert empty.read("/webhooks") == []


def test_a_registration_answers_nothing_and_is_listed(empty: Caller) -> None:
    assert empty.post("/webhook", HOOK).json == {}
    listed = empty.read("/webhooks")
    assert [hook.keys() for hook in listed] == [{"id", "url", "eventName"}]
    assert listed[0] | HOOK == listed[0]
    assert listed[0]["id"].isdigit()


def test_there_is_one_registration_for_an_event(empty: Caller) -> None:
    for event in WEBHOOK_EVENTS:
        registered(empty, eventName=event)
    assert refused(empty.post("/webhook", HOOK)) == 400
    assert len(empty.read("/webhooks")) == 7


def test_each_shop_registers_for_itself(empty: Caller) -> None:
    registered(empty)
    outlet = Caller(empty.app, shop=OUTLET)
    assert outlet.read("/webhooks") == []
    theirs = registered(outlet)
    assert refused(empty.put(f"/webhook/{theirs['id']}", HOOK)) == 404
    assert refused(empty.delete(f"/webhook/{theirs['id']}")) == 404


def test_a_change_keeps_the_id(empty: Caller) -> None:
    hook = registered(empty)
    changed = {"url": "http://other.example.com", "eventName": "REFUND_CREATED"}
    response = empty.put(f"/webhook/{hook['id']}", changed)
    assert (response.status_code, response.json) == (200, {})
    assert empty.read("/webhooks") == [hook | changed]


def test_a_change_cannot_take_anothers_event(empty: Caller) -> None:
    hook = registered(empty)
    registered(empty, eventName="REFUND_CREATED")
    taken = HOOK | {"eventName": "REFUND_CREATED"}
    assert refused(empty.put(f"/webhook/{hook['id']}", taken)) == 400
    assert empty.put(f"/webhook/{hook['id']}", HOOK).status_code == 200


def test_a_deleted_one_is_gone(empty: Caller) -> None:
    hook = registered(empty)
    response = empty.delete(f"/webhook/{hook['id']}")
    assert (response.status_code, response.json) == (200, {})
    assert empty.read("/webhooks") == []
    assert refused(empty.delete(f"/webhook/{hook['id']}")) == 404


@pytest.mark.parametrize(
    "changes",
    [{"url": ""}, {"url": None}, {"url": "ftp://x"}, {"eventName": None}, {"eventName": "RMA"}],
)
def test_a_bad_registration_is_400(empty: Caller, changes: dict[str, Any]) -> None:
    hook = registered(empty, eventName="TRANSACTION_CREATED")
    assert refused(empty.post("/webhook", HOOK | changes)) == 400
    assert refused(empty.put(f"/webhook/{hook['id']}", HOOK | changes)) == 400
    assert empty.read("/webhooks") == [hook]


def test_only_what_changed_something_is_in_the_ledger(empty: Caller) -> None:
    hook = registered(empty)
    empty.control("calls", "DELETE")
    empty.post("/webhook", HOOK)
    empty.put(f"/webhook/{hook['id']}", HOOK | {"url": "https://new.example.com"})
    empty.delete(f"/webhook/{hook['id']}")
    assert [call["applied"] for call in empty.calls()] == [False, True, True]
