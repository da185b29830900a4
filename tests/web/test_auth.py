from typing import Any

import pytest

from tests.web.answers import good, problem
from tests.web.conftest import API_KEY, TOKEN, Bridge, Build

OWN = {"x-api-key": API_KEY, "x-shop-name": "demo.myshopify.com"}
GUARDED = [
    ("GET", "/v1/me"),
    ("GET", "/v1/triggers"),
    ("GET", "/v1/actions"),
    ("GET", "/v1/triggers/new_rma"),
    ("GET", "/v1/triggers/new_rma/sample"),
    ("POST", "/v1/actions/update_rma_status"),
]


@pytest.mark.parametrize(("method", "path"), GUARDED)
@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer ", "Bearer wrong", "Bearer é", f"Basic {TOKEN}", TOKEN]
)
def test_without_the_right_token_nothing_is_answered_and_nothing_is_called(
    bridge: Bridge, method: str, path: str, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = bridge.call(method, path, token=None, headers=headers)
    assert problem(answer, 401)["type"] == "about:blank"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert bridge.calls() == []


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case(bridge: Bridge, scheme: str) -> None:
    answer = bridge.get("/v1/me", token=None, headers={"Authorization": f"{scheme}  {TOKEN} "})
    assert good(answer)["id"] == "operator"


def test_a_caller_may_bring_an_own_key_where_the_operator_allows_it(bridge: Bridge) -> None:
    account = good(bridge.get("/v1/me", token=None, headers=OWN))
    assert account["shops"] == ["demo.myshopify.com"]
    assert account["label"] == "demo.myshopify.com"
    assert API_KEY not in account["id"]


@pytest.mark.parametrize("empty", ["Bearer ", "Bearer"])
def test_a_form_whose_token_was_left_empty_brings_its_own_key(bridge: Bridge, empty: str) -> None:
    """Some platforms send every header of a form."""
    headers = {"Authorization": empty, **OWN}
    account = good(bridge.get("/v1/me", token=None, headers=headers))
    assert account["shops"] == ["demo.myshopify.com"]
    neither = {"Authorization": empty, "x-api-key": "", "x-shop-name": ""}
    problem(bridge.get("/v1/me", token=None, headers=neither), 401)
    token = {"x-api-key": "", "x-shop-name": ""}
    assert good(bridge.get("/v1/me", headers=token))["id"] == "operator"


def test_the_shop_may_be_written_in_any_case(bridge: Bridge) -> None:
    shouted = {**OWN, "x-shop-name": "DEMO.myshopify.com"}
    assert good(bridge.get("/v1/me", token=None, headers=shouted))["shops"] == [
        "demo.myshopify.com"
    ]


def test_an_own_key_is_refused_where_the_operator_does_not_allow_it(build: Build) -> None:
    bridge = build(allow_returngo_keys=False)
    refusal = problem(bridge.get("/v1/me", token=None, headers=OWN), 401)
    assert "use a bridge token" in refusal["detail"]
    assert bridge.calls() == []


@pytest.mark.parametrize("missing", ["x-api-key", "x-shop-name"])
def test_an_own_key_needs_both_headers(bridge: Bridge, missing: str) -> None:
    headers = {name: value for name, value in OWN.items() if name != missing}
    assert (
        "both headers" in problem(bridge.get("/v1/me", token=None, headers=headers), 401)["detail"]
    )


@pytest.mark.parametrize("shop", ["demo!", "../demo", "a b.com", "@x.com"])
def test_what_is_no_shop_name_reaches_nobody(bridge: Bridge, shop: str) -> None:
    problem(bridge.get("/v1/me", token=None, headers={**OWN, "x-shop-name": shop}), 401)
    assert bridge.calls() == []


def test_a_token_is_of_no_use_to_a_bridge_without_a_key(build: Build) -> None:
    bridge = build(returngo_api_key=None, returngo_shops=(), bridge_token=None)
    assert "bring your own" in problem(bridge.get("/v1/me"), 401)["detail"]


def test_a_key_that_returngo_refuses_is_401_and_says_so(bridge: Bridge) -> None:
    answer = bridge.get("/v1/me", token=None, headers={**OWN, "x-api-key": "unknown-key"})
    refusal = problem(answer, 401)
    assert refusal["detail"] == "ReturnGO does not know this key."
    assert refusal["returngo_request_id"]


def test_a_key_that_the_gateway_forbids_is_401(bridge: Bridge) -> None:
    bridge.control("faults", status=403, body={"message": "Forbidden"})
    refusal = problem(bridge.get("/v1/me", token=None, headers=OWN), 401)
    assert refusal["detail"] == "ReturnGO does not know this key."


@pytest.mark.parametrize("path", ["/v1/me", "/v1/triggers/new_rma", "/v1/actions/list_rmas"])
def test_a_refused_key_that_the_bridge_keeps_is_no_fault_of_the_caller(
    bridge: Bridge, path: str
) -> None:
    bridge.control("faults", status=401, body={"message": "Unauthorized"}, share=1)
    answer = bridge.get(path)
    refusal = problem(answer, 502)
    assert "operator has to replace it; your token is right" in refusal["detail"]
    assert "WWW-Authenticate" not in answer.headers


def test_a_shop_of_somebody_else_is_403_without_asking_returngo(bridge: Bridge) -> None:
    foreign = "other.myshopify.com"
    rma = {"rma_id": "1", "status": "Approved", "shop": foreign}
    for answer in (
        bridge.get("/v1/me", query_string={"shop": foreign}),
        bridge.get("/v1/triggers/new_rma", query_string={"shop": foreign}),
        bridge.act("update_rma_status", rma),
    ):
        assert foreign in problem(answer, 403)["detail"]
    assert bridge.calls() == []


def test_a_shop_that_returngo_says_is_not_the_keys_is_403(bridge: Bridge) -> None:
    stranger = {**OWN, "x-shop-name": "other.myshopify.com"}
    for path in ("/v1/me", "/v1/triggers/new_rma"):
        refusal = problem(bridge.get(path, token=None, headers=stranger), 403)
        assert "does not own" in refusal["detail"]


def test_the_events_of_one_key_are_not_those_of_another(bridge: Bridge) -> None:
    bridge.new_rma()
    assert len(good(bridge.get("/v1/triggers/new_rma"))) == 1
    intruder = {**OWN, "x-api-key": "other-key"}
    problem(bridge.get("/v1/triggers/new_rma", token=None, headers=intruder), 403)


def test_no_secret_and_no_person_is_ever_in_an_error_or_the_log(
    bridge: Bridge, log: list[Any]
) -> None:
    secret, person = "secret-key-of-nobody", "nobody@example.com"
    own = {**OWN, "x-api-key": secret}
    bridge.new_rma(customer_email=person)
    answers = [
        bridge.get("/v1/me"),
        bridge.get("/v1/triggers/new_rma"),
        bridge.get("/v1/triggers/new_rma", query_string={"after": person}),
        bridge.get("/v1/me", token=None, headers=own),
        bridge.get("/v1/triggers/new_rma", token=None, headers=own),
        bridge.get("/v1/me", token=secret),
        bridge.act("update_rma_status", {"rma_id": "1", "status": "Approved"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422, 401, 401, 401, 404]
    assert {entry["event"] for entry in log} == {"web.request", "returngo.call"}
    for word in (secret, TOKEN, API_KEY):
        assert word not in str(log)
        assert all(word not in f"{answer.headers}{answer.text}" for answer in answers)
    assert person not in str(log)


def test_an_address_with_too_many_wrong_tokens_is_told_to_wait(bridge: Bridge, log: list[Any]):
    answers = [bridge.get("/v1/me", token=f"wrong-{number}") for number in range(12)]
    assert [each.status_code for each in answers] == [401] * 10 + [429] * 2
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 600
    assert bridge.get("/v1/me", token="wrong-0").status_code == 401, "the same is no further try"
    assert good(bridge.get("/v1/me")), "the right token is never kept waiting"
    elsewhere = {"REMOTE_ADDR": "192.0.2.8"}
    assert bridge.get("/v1/me", token="wrong", environ_overrides=elsewhere).status_code == 401
    told = [line for line in log if line["event"] == "web.wrong_tokens"]
    assert [line["address"] for line in told] == ["127.0.0.1"] * 2
    assert "wrong-1" not in str(log)
