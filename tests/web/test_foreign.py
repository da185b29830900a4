"""What is somebody else's is answered as what does not exist."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import TestResponse

import app
from connector.export import EXPORTERS
from tests.web.answers import good, problem
from tests.web.conftest import Bridge
from tests.web.test_document import GOOD, OPERATIONS, fields_of, happen

# Another customer of ReturnGO: the key is good, the shop its own.
STRANGER = {"x-api-key": "other-key", "x-shop-name": "other.myshopify.com"}
FOREIGN, NOWHERE = "outlet.myshopify.com", "nowhere.myshopify.com"
ID = r"_id$|^order_name$|^path$"
NO_HOOK = f"hook_{'0' * 32}"
# A link is sealed anew each time, for whatever customer is named: nothing is looked up.
NAMING_NOTHING = {"list_rmas", "count_rmas", "hooks", "replay", "customer-links"}
NAMING = [
    (method, path)
    for method, path in OPERATIONS
    if "{id}" in path or path.rpartition("/")[2] in {*GOOD} - NAMING_NOTHING
]


def called(
    bridge: Bridge,
    call: tuple[str, str],
    fields: dict[str, Any],
    *,
    hook_id: str = NO_HOOK,
    headers: dict[str, str] | None = None,
    **options: Any,
) -> TestResponse:
    """Call as a stranger."""
    method, path = call
    path = path.format(platform=next(iter(EXPORTERS)), id=hook_id)
    sent = {"query_string": fields} if method == "GET" else {"json": fields} if fields else {}
    auth = {**STRANGER, **(headers or {})}
    return bridge.call(method, path, token=None, headers=auth, **{**sent, **options})


def learnt(answer: TestResponse, own_words: Iterable[tuple[str, str]] = ()) -> tuple[Any, ...]:
    """Tell what a caller learns, but for its own words and the number of ReturnGO's request."""
    text = answer.get_data().decode(errors="replace")  # an archive is none
    text = re.sub(r'"(returngo_)?request_id":\s*"[^"]*"', "", text)
    for written, read in own_words:
        text = text.replace(written, read)
    return answer.status_code, answer.content_type, sorted(answer.headers.keys()), text


def things_of(bridge: Bridge, path: str) -> dict[str, Any]:
    """Make what a good call of a route names, in shops that are not a stranger's."""
    happen(bridge)
    if path.endswith("/find_transactions"):
        return {"rma_id": bridge.new_rma()}
    return fields_of(bridge, path)


def elsewhere(value: Any, name: str = "") -> Any:
    """Say the same of things that are nowhere."""
    if isinstance(value, dict):
        return {each: elsewhere(what, each) for each, what in value.items()}
    if isinstance(value, list):
        return [elsewhere(each, name) for each in value]
    if not re.search(ID, name) or name == "policy_id":
        return value
    return re.sub(r"\d+", lambda found: f"9{found[0]}", value)


def texts(value: Any) -> list[str]:
    """List the texts in a value, in their order."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [text for each in parts for text in texts(each)]
    return [str(value)]


@pytest.mark.parametrize("call", OPERATIONS, ids=" ".join)
def test_an_unknown_token_learns_nothing_of_any_route(bridge: Bridge, call: tuple[str, str]):
    method, path = call
    for query in ({}, {"shop": "other.myshopify.com"}, {"after": "rma:1:created"}, {"typo": "1"}):
        answer = bridge.call(method, path, token="unknown", query_string=query)
        assert problem(answer, 401)["detail"] == "The bridge token is not right."
    assert bridge.calls() == []


@pytest.mark.parametrize("call", OPERATIONS, ids=" ".join)
def test_a_shop_of_others_is_to_each_route_as_one_that_is_not_there(
    bridge: Bridge, call: tuple[str, str]
):
    """Named in the call, and named by the key that is brought."""
    fields = things_of(bridge, call[1])
    hook_id = bridge.subscribe()["id"]

    def answered(shop: str, *, by_key: bool) -> tuple[Any, ...]:
        named = {} if by_key else {"shop": shop}
        headers = {"x-shop-name": shop} if by_key else {}
        answer = called(bridge, call, {**fields, **named}, hook_id=hook_id, headers=headers)
        return learnt(answer, [(shop, "the shop")])

    for by_key in (False, True):
        assert answered(FOREIGN, by_key=by_key) == answered(NOWHERE, by_key=by_key)


@pytest.mark.parametrize("call", NAMING, ids=" ".join)
def test_a_thing_of_others_is_to_each_route_as_one_that_is_not_there(
    bridge: Bridge, call: tuple[str, str]
):
    foreign = things_of(bridge, call[1])
    missing = elsewhere(foreign)
    hook_id = bridge.subscribe()["id"]
    assert (foreign != missing) == ("{id}" not in call[1])
    words = [*zip(texts(missing), texts(foreign), strict=True), (NO_HOOK, hook_id)]
    nothing = learnt(called(bridge, call, missing), words)
    something = learnt(called(bridge, call, foreign, hook_id=hook_id), words)
    assert something == nothing


@pytest.mark.parametrize("key", app.CATALOGUE.actions)
def test_a_key_that_others_used_is_as_one_that_nobody_used(bridge: Bridge, key: str):
    fields = things_of(bridge, f"/v1/actions/{key}")
    good(bridge.act(key, fields, headers={"Idempotency-Key": "used"}))
    used, fresh = (
        learnt(called(bridge, ("POST", f"/v1/actions/{key}"), fields, headers=idempotency))
        for idempotency in ({"Idempotency-Key": "used"}, {"Idempotency-Key": "fresh"})
    )
    assert used == fresh
    assert "Idempotency-Replayed" not in used[2]


@pytest.mark.parametrize("trigger", app.CATALOGUE.triggers)
def test_an_event_of_others_is_as_one_that_never_was(bridge: Bridge, trigger: str):
    happen(bridge)
    event, *_ = good(bridge.get(f"/v1/triggers/{trigger}"))
    call = ("GET", f"/v1/triggers/{trigger}")
    assert good(called(bridge, call, {})) == []
    made_up = re.sub(r"\d+", lambda found: f"9{found[0]}", event["id"], count=1)
    for way in ("after", "before"):
        foreign, missing = (
            learnt(called(bridge, call, {way: cursor}), [(made_up, event["id"])])
            for cursor in (event["id"], made_up)
        )
        assert foreign == missing
        assert foreign[0] == 422
