from collections.abc import Callable
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app
from connector.blocks import InvalidInput, read_input
from connector.connections import Connection
from connector.idempotency import Idempotency
from connector.idempotency.keys import ENDING
from connector.returngo import BadRequest, NotFound, ReturnGO, Unavailable, Undecided, Upstream
from connector.sandbox.app import SandboxApp
from connector.store import Store, Vault
from connector.web.problems import STATUSES
from tests.conftest import Control
from tests.stand_ins import HandClock

ACTION = app.CATALOGUE.actions["api_request"]


def read(**sent: Any) -> dict[str, Any]:
    return ACTION.own(read_input(ACTION.input_schema, sent))


def ask(returngo: ReturnGO, method: str, path: str, **more: Any) -> dict[str, Any]:
    return ACTION.perform(returngo, read(method=method, path=path, **more))


def a_new_rma(control: Control) -> str:
    return str(control("rmas")["rmaSummary"]["rmaId"])


def test_a_get_answers_what_returngo_answers(control: Control, returngo: ReturnGO) -> None:
    rma_id = a_new_rma(control)
    shown = ask(returngo, "GET", f"/rma/{rma_id}")
    assert shown["id"] == f"GET /rma/{rma_id}"
    assert shown["answer"] == returngo.get_rma(rma_id)
    assert shown["returngo_request_id"]
    assert shown["shop"] == "demo.myshopify.com"


def test_the_query_is_sent_with_repeated_names(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    control("rmas", count=3)
    times = ["gte:2026-01-01T00:00:00", "lt:2027-01-01T00:00:00"]
    query = {"pagesize": 2, "sort_by": "+rma_created_at", "rma_created_at": times}
    answer = ask(returngo, "GET", "/rmas", query=query)["answer"]
    assert len(answer["rmas"]) == 2
    sent = sandbox.simulation.calls[-1].query
    assert sent.startswith("pagesize=2&sort_by=%2Brma_created_at&")
    assert sent.count("rma_created_at=") == 2


@pytest.mark.parametrize(
    "body", [{"status": "Received"}, '{"status": "Received"}', ' {"status":"Received"}\n']
)
def test_a_body_is_json_or_a_text_that_holds_json(
    control: Control, returngo: ReturnGO, body: Any
) -> None:
    rma_id = str(control("rmas", status="Approved")["rmaSummary"]["rmaId"])
    ask(returngo, "PUT", f"/rma/{rma_id}/status", body=body)
    assert returngo.get_rma(rma_id)["rmaSummary"]["status"] == "Received"


def test_money_in_a_body_stays_exact() -> None:
    body = read(method="PUT", path="/x", body='{"amount": 0.1000000000000000055511}')["body"]
    assert body == {"amount": Decimal("0.1000000000000000055511")}


def test_a_query_may_be_a_text_that_holds_json() -> None:
    read_query = read(method="GET", path="/rmas", query='{"pagesize": "5"}')["query"]
    assert read_query == [("pagesize", "5")]


@pytest.mark.parametrize("field", ["query", "body"])
@pytest.mark.parametrize(
    "text", ["{status: Received}", "hello", "{", "NaN", "[" * 100_000, "1e9999999999999999999"]
)
def test_a_text_that_is_no_json_is_refused(field: str, text: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{field}: is a text that is not JSON"):
        read(method="PUT", path="/x", **{field: text})


@pytest.mark.parametrize(
    "query",
    [["a"], 5, {"a": {"b": "c"}}, {"a": [None]}, {"a": [True]}, {"a": "\ud800"}, {"\ud800": "a"}],
)
def test_a_query_holds_names_with_texts(query: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^query: (must be|has no text|holds characters)"):
        read(method="GET", path="/rmas", query=query)


@pytest.mark.parametrize(
    "path",
    [
        *("rmas", "/", "//evil.example.com/rmas", "https://evil.example.com/rmas", "/rmas//1"),
        *("/rma/../webhooks", "/rma/..", "/./rmas", "/rma/%2e%2e/x", "/rma%2f1", "/%2f/evil"),
        *("/rma\\1", "\\\\evil.example.com", "/rmas?pagesize=1", "/rmas#x", "/rm\0as"),
        *("/rmas\r\nx-api-key: y", "/@evil.example.com", "/rm a/1", "/rma/ü", "/rma/١"),
        *("/rma/1;x", ":80/rmas", ".evil.example.com/rmas", "@evil.example.com/rmas"),
    ],
)
def test_a_path_that_is_not_plainly_one_of_returngo_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput, match=r"^path: "):
        read(method="GET", path=path)


@given(st.text(alphabet="/.-_%\\@:?# a1\n\t\r"))
def test_whatever_path_is_taken_has_plain_names_between_single_slashes(path: str) -> None:
    try:
        taken = read(method="GET", path=path)["path"]
    except InvalidInput:
        return
    first, *names = taken.split("/")
    assert first == ""
    assert names
    assert not {"", ".", ".."} & set(names)
    assert not set("%\\@:?# \n\t\r") & set(taken)


def test_another_method_is_refused() -> None:
    with pytest.raises(InvalidInput, match="method: is 'PATCH'; accepted are GET, POST, PUT"):
        read(method="PATCH", path="/rmas")


def test_a_refusal_is_passed_on_in_returngos_words(control: Control, returngo: ReturnGO) -> None:
    with pytest.raises(NotFound, match="RMA not found"):
        ask(returngo, "GET", "/rma/1")
    with pytest.raises(BadRequest, match="status is required"):
        ask(returngo, "PUT", f"/rma/{a_new_rma(control)}/status", body={"state": "Received"})


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_may_be_repeated_is_repeated(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp, method: str
) -> None:
    rma = control("rmas")
    read_path = f"/rma/{rma['rmaSummary']['rmaId']}"
    path = {"GET": read_path, "PUT": f"/shipment/{rma['shipments'][0]['shipmentId']}"}[method]
    control("faults", kind="drop", count=2)
    ask(returngo, method, path, body={"carrierName": "Sample Couriers"})
    assert len(sandbox.simulation.calls) == 3


def test_a_delete_may_be_repeated(
    control: Control, returngo: ReturnGO, made_writes: Callable[[], list[str]]
) -> None:
    shipment_id = control("rmas")["shipments"][0]["shipmentId"]
    control("faults", kind="drop")
    ask(returngo, "DELETE", f"/shipment/{shipment_id}")
    assert made_writes() == [f"DELETE /shipment/{shipment_id}"]


def test_a_post_is_never_repeated(
    control: Control, returngo: ReturnGO, made_writes: Callable[[], list[str]]
) -> None:
    path = f"/rma/{a_new_rma(control)}/comment"
    control("faults", kind="lost_answer")
    with pytest.raises(Unavailable):
        ask(returngo, "POST", path, body={"htmlText": "<p>Hello</p>"})
    assert made_writes() == [f"POST {path}"]


@pytest.fixture
def once(store: Store, vault: Vault, upstream: Upstream, clock: HandClock) -> Idempotency:
    return Idempotency(store, vault, upstream, clock)


def test_after_an_interrupted_post_nobody_can_know(
    control: Control,
    once: Idempotency,
    connection: Connection,
    clock: HandClock,
    made_writes: Callable[[], list[str]],
) -> None:
    path = f"/rma/{a_new_rma(control)}/comment"
    call = read(method="POST", path=path, body={"htmlText": "<p>Hello</p>"})
    control("faults", kind="lost_answer")
    with pytest.raises(Unavailable):
        once.perform(connection, ACTION, call, "key")
    clock.advance(ENDING)
    for _ in range(2):
        with pytest.raises(Undecided) as undecided:
            once.perform(connection, ACTION, call, "key")
        assert str(undecided.value) == (
            f"An earlier try of POST {path} in demo.myshopify.com was interrupted at"
            " 2026-02-04 12:00:00 UTC or later, and may have been done. Look at ReturnGO; to do it"
            " again, use another idempotency key."
        )
    assert made_writes() == [f"POST {path}"]
    once.perform(connection, ACTION, call, "another key")
    assert len(made_writes()) == 2


def test_after_an_interrupted_put_it_is_done_again(
    control: Control, once: Idempotency, connection: Connection, clock: HandClock
) -> None:
    shipment_id = control("rmas")["shipments"][0]["shipmentId"]
    call = read(method="PUT", path=f"/shipment/{shipment_id}", body={"carrierName": "Sample"})
    control("faults", kind="lost_answer", count=4)
    with pytest.raises(Unavailable):
        once.perform(connection, ACTION, call, "key")
    clock.advance(ENDING)
    answer = once.perform(connection, ACTION, call, "key").answer
    assert answer["answer"]["carrierName"] == "Sample"


def test_what_nobody_can_know_is_a_conflict() -> None:
    assert STATUSES[Undecided] is HTTPStatus.CONFLICT
