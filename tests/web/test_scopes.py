"""Tokens of connections that stand in the database: what each may do, and for which shops."""

from typing import Any

import pytest

import app
from connector.connections import Scope, new_connection
from connector.connections.connections import OPERATOR
from connector.delivery import Hooks
from tests.processes import SHOPS
from tests.web.answers import good, problem
from tests.web.conftest import Bridge, Build
from tests.web.test_hooks import HOOK_CALLS

DEMO, OUTLET = SHOPS
TARGET = {"target_url": "https://hooks.example.com/catch/1"}
# what a token needs for each sort of operation; none for those that tell what there is
NEEDS: list[tuple[str, str, Scope | None]] = [
    ("GET", "/v1/me", None),
    ("GET", "/v1/triggers", None),
    ("GET", "/v1/triggers/new_rma/sample", None),
    ("GET", "/v1/export/zapier.zip", None),
    ("GET", "/v1/triggers/new_rma", Scope.READ),
    ("GET", "/v1/triggers/new_rma/batch", Scope.READ),
    ("GET", "/v1/actions/find_rma", Scope.READ),
    ("GET", "/v1/choices/shops", Scope.READ),
    ("POST", "/v1/actions/update_rma_status", Scope.ACT),
    ("POST", "/v1/actions/api_request", Scope.ANY_CALL),
    ("GET", "/v1/hooks", Scope.HOOKS),
    ("POST", "/v1/hooks", Scope.HOOKS),
    ("POST", "/v1/triggers/new_rma/hooks", Scope.HOOKS),
    ("POST", "/v1/hooks/hook_1/replay", Scope.HOOKS),
]


def token(bridge: Bridge, *scopes: Scope, **options: Any) -> str:
    return bridge.rules.connections.tokens.add(OPERATOR, "workflow", scopes, **options).text


def call(bridge: Bridge, method: str, path: str, text: str) -> Any:
    body: dict[str, Any] = {} if method == "GET" else {"json": {}}
    return bridge.call(method, path, token=text, **body)


@pytest.mark.parametrize(("method", "path", "needed"), NEEDS)
@pytest.mark.parametrize("scope", Scope)
def test_a_token_may_do_what_its_scope_says_and_nothing_else(
    bridge: Bridge, method: str, path: str, needed: Scope | None, scope: Scope
):
    answer = call(bridge, method, path, token(bridge, scope))
    if needed is None or scope in (needed, Scope.ADMIN):
        assert answer.status_code not in (401, 403), answer.text
        return
    detail = problem(answer, 403)["detail"]
    assert detail == f"The token 'workflow' has the scopes {scope}; this needs {needed}."
    assert bridge.calls() == []


def test_every_operation_that_acts_needs_the_scope(bridge: Bridge):
    reads = token(bridge, Scope.READ, Scope.HOOKS, Scope.RAW)
    for key in app.CATALOGUE.actions:
        problem(call(bridge, "POST", f"/v1/actions/{key}", reads), 403)
    assert bridge.calls() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/triggers/new_rma"),
        ("GET", "/v1/actions/list_rmas"),
        ("POST", "/v1/actions/add_rma_comment"),
    ],
)
def test_what_returngo_sent_is_shown_to_a_token_for_it_alone(
    bridge: Bridge, method: str, path: str
):
    rma = bridge.new_rma()

    def ask(*scopes: Scope) -> Any:
        body = {"rma_id": rma, "text": "seen", "raw": True}
        sent: dict[str, Any] = {"json": body} if method == "POST" else {"query_string": "raw=true"}
        return bridge.call(method, path, token=token(bridge, *scopes), **sent)

    detail = problem(ask(Scope.READ, Scope.ACT), 403)["detail"]
    assert detail.endswith("this needs raw.")
    shown = good(ask(Scope.READ, Scope.ACT, Scope.RAW))
    assert (shown[0] if isinstance(shown, list) else shown)["raw"]


def test_a_repetition_shows_no_more_than_its_own_token_may_see(bridge: Bridge):
    body = {"rma_id": bridge.new_rma(), "text": "seen", "idempotency_key": "event-1"}

    def act(asked: dict[str, Any], *scopes: Scope) -> Any:
        sent = {**body, **asked}
        path = "/v1/actions/add_rma_comment"
        return good(bridge.call("POST", path, token=token(bridge, *scopes), json=sent))

    first = act({"raw": True}, Scope.ACT, Scope.RAW)
    again = act({}, Scope.ACT)
    assert "raw" not in again
    assert again == {name: value for name, value in first.items() if name != "raw"}
    assert act({"raw": True}, Scope.ACT, Scope.RAW) == first


def test_the_connection_test_names_the_token_and_what_it_may(bridge: Bridge):
    account = good(call(bridge, "GET", "/v1/me", token(bridge, Scope.READ, Scope.ACT)))
    assert (account["token"], account["scopes"]) == ("workflow", ["act", "read"])


def test_a_token_for_one_shop_sees_and_changes_that_shop_alone(bridge: Bridge):
    narrowed = token(bridge, Scope.ADMIN, shops=(OUTLET,))
    here, there = (bridge.new_rma(shop=shop) for shop in (OUTLET, DEMO))
    assert good(call(bridge, "GET", "/v1/me", narrowed))["shops"] == [OUTLET]
    good(bridge.get("/v1/triggers/new_rma"))  # the whole connection has read both
    shown = good(call(bridge, "GET", "/v1/triggers/new_rma", narrowed))
    assert [each["rma_id"] for each in shown] == [here]
    problem(call(bridge, "GET", f"/v1/triggers/new_rma?shop={DEMO}", narrowed), 403)
    comment = {"rma_id": there, "text": "no", "shop": DEMO}
    answer = bridge.call("POST", "/v1/actions/add_rma_comment", token=narrowed, json=comment)
    problem(answer, 403)


def test_a_token_for_one_shop_subscribes_to_it_and_sees_its_hooks_alone(bridge: Bridge):
    narrowed = token(bridge, Scope.HOOKS, shops=(OUTLET,))
    whole = bridge.subscribe("new_rma")
    other = bridge.subscribe("new_rma", filters={"shop": DEMO})
    made = good(bridge.call("POST", "/v1/triggers/new_rma/hooks", token=narrowed, json=TARGET), 201)
    assert made["filters"] == {"shop": OUTLET}
    assert [each["id"] for each in good(call(bridge, "GET", "/v1/hooks", narrowed))] == [made["id"]]
    for hook in (whole, other):
        for method, end in (("GET", ""), ("DELETE", ""), ("POST", "/rotate"), ("POST", "/test")):
            problem(call(bridge, method, f"/v1/hooks/{hook['id']}{end}", narrowed), 404)
    assert len(good(bridge.get("/v1/hooks"))) == 3


def test_a_token_for_some_of_the_shops_has_to_name_one_in_a_hook(build: Build):
    bridge = build(returngo_shops=(DEMO, OUTLET, "third.example.com"))
    narrowed = token(bridge, Scope.HOOKS, shops=(DEMO, OUTLET))
    path = "/v1/triggers/new_rma/hooks"
    refused = problem(bridge.call("POST", path, token=narrowed, json=TARGET), 422)
    assert refused["errors"][0]["field"] == "filters.shop"
    good(bridge.call("POST", path, token=narrowed, json={**TARGET, "shop": DEMO}), 201)


def test_connections_have_logs_budgets_and_hooks_of_their_own(bridge: Bridge):
    other = new_connection("other-key", ("other.myshopify.com",), "Other")
    bridge.rules.connections.add(other)
    text = bridge.rules.connections.tokens.add(other.id, "ledger", [Scope.ADMIN]).text
    here, there = bridge.new_rma(shop=DEMO), bridge.new_rma(shop="other.myshopify.com")
    shown = [each["rma_id"] for each in good(call(bridge, "GET", "/v1/triggers/new_rma", text))]
    assert shown == [there]
    own = [each["rma_id"] for each in good(bridge.get("/v1/triggers/new_rma"))]
    assert own == [here]
    bridge.subscribe("new_rma")
    assert good(call(bridge, "GET", "/v1/hooks", text)) == []
    left = [good(call(bridge, "GET", "/v1/me", each))["calls"] for each in (text, text)]
    assert left[0]["remaining"] > good(bridge.get("/v1/me"))["calls"]["remaining"]


def test_a_revoked_token_is_refused_and_says_nothing_of_the_connection(bridge: Bridge):
    made = bridge.rules.connections.tokens.add(OPERATOR, "workflow", [Scope.READ])
    good(call(bridge, "GET", "/v1/me", made.text))
    bridge.rules.connections.tokens.revoke(made.token.id)
    assert problem(call(bridge, "GET", "/v1/me", made.text), 401)["detail"] == (
        "The bridge token is not right."
    )


def test_hooks_of_an_ended_connection_end(bridge: Bridge):
    other = new_connection("other-key", ("other.myshopify.com",))
    bridge.rules.connections.add(other)
    hooks = bridge.rules.delivery.hooks
    trigger = app.CATALOGUE.triggers["new_rma"]
    hooks.subscribe(other, trigger, TARGET["target_url"], {}, is_ordered=False)
    bridge.rules.end_connection(other)
    assert hooks.all(other) == []
    assert [each.id for each in bridge.rules.connections.all()] == [OPERATOR]


def subscribe_with(bridge: Bridge, text: str) -> Any:
    answer = bridge.call("POST", "/v1/triggers/new_rma/hooks", token=text, json=TARGET)
    return good(answer, 201)


@pytest.mark.parametrize(("method", "what"), HOOK_CALLS)
def test_a_hook_is_there_for_the_token_that_made_it_alone(bridge: Bridge, method: str, what: str):
    made = subscribe_with(bridge, token(bridge, Scope.HOOKS))
    other = token(bridge, Scope.HOOKS)
    body: dict[str, Any] = {"json": {"state": "parked"}} if what == "/replay" else {}
    answer = bridge.call(method, f"/v1/hooks/{made['id']}{what}", token=other, **body)
    assert problem(answer, 404)["detail"] == "There is no such hook."
    assert good(bridge.call("GET", "/v1/hooks", token=other)) == []
    admin = token(bridge, Scope.ADMIN)
    allowed = bridge.call(method, f"/v1/hooks/{made['id']}{what}", token=admin, **body)
    assert allowed.status_code in (200, 204)


def test_where_a_hook_goes_is_shown_whole_to_its_owner_alone(bridge: Bridge):
    maker = token(bridge, Scope.HOOKS)
    made = subscribe_with(bridge, maker)
    assert made["target_url"] == TARGET["target_url"]

    def shown(text: str) -> str:
        return str(good(bridge.call("GET", f"/v1/hooks/{made['id']}", token=text))["target_url"])

    assert shown(maker) == TARGET["target_url"]
    assert shown(token(bridge, Scope.ADMIN)) == "https://hooks.example.com/…"
    own = bridge.subscribe("new_rma")
    assert good(bridge.get(f"/v1/hooks/{own['id']}"))["target_url"] == own["target_url"]


def test_a_hook_that_is_older_than_owners_is_there_for_each_token(bridge: Bridge):
    hooks = bridge.rules.delivery.hooks
    connection = bridge.rules.connections.named(None)
    old = hooks.subscribe(
        connection,
        app.CATALOGUE.triggers["new_rma"],
        TARGET["target_url"],
        {},
        is_ordered=False,
    ).hook
    shown = good(bridge.call("GET", "/v1/hooks", token=token(bridge, Scope.HOOKS)))
    assert [(each["id"], each["target_url"]) for each in shown] == [(old.id, TARGET["target_url"])]


def test_nothing_is_subscribed_with_a_token_that_was_revoked_meanwhile(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
):
    made = bridge.rules.connections.tokens.add(OPERATOR, "workflow", [Scope.HOOKS])
    subscribe = Hooks.subscribe

    def revoked_first(*asked: Any, **options: Any) -> Any:
        bridge.rules.end_token(made.token)
        return subscribe(*asked, **options)

    monkeypatch.setattr(Hooks, "subscribe", revoked_first)
    answer = bridge.call("POST", "/v1/triggers/new_rma/hooks", token=made.text, json=TARGET)
    problem(answer, 401)
    assert good(bridge.get("/v1/hooks")) == []


def test_the_hooks_of_a_token_end_with_it(bridge: Bridge):
    made = bridge.rules.connections.tokens.add(OPERATOR, "workflow", [Scope.HOOKS])
    gone = subscribe_with(bridge, made.text)
    stays = bridge.subscribe("new_rma")
    bridge.rules.end_token(made.token)
    problem(call(bridge, "GET", "/v1/hooks", made.text), 401)
    assert [each["id"] for each in good(bridge.get("/v1/hooks"))] == [stays["id"]]
    assert gone["id"] != stays["id"]
