from typing import Any

import pytest

import app
from tests.processes import SHOPS
from tests.web.answers import ANEW, QUOTA_EXCEEDED, faulty_fields, good, problem
from tests.web.conftest import Bridge, Build

OPEN = "/v1/choices/open_rmas"

each_choice = pytest.mark.parametrize("key", app.CATALOGUE.choices)


def examples(key: str) -> dict[str, Any]:
    """Return what a drop-down needs to know, as its fields give it for an example."""
    fields = app.CATALOGUE.choices[key].input().fields
    return {name: field.example for name, field in fields.items()}  # type: ignore[attr-defined]


def test_a_choice_answers_a_bare_array_of_values_and_labels(bridge: Bridge) -> None:
    rma_id = bridge.new_rma(order_name="H12043")
    assert good(bridge.get(OPEN)) == [{"id": rma_id, "label": f"RMA{rma_id} · Pending · H12043"}]


def test_nothing_to_choose_is_an_empty_array(bridge: Bridge) -> None:
    assert good(bridge.get(OPEN)) == []


def test_what_is_offered_is_of_the_shop_that_is_named(bridge: Bridge) -> None:
    rma_id = bridge.new_rma(shop=SHOPS[1])
    bridge.new_rma()
    (option,) = good(bridge.get(OPEN, query_string={"shop": SHOPS[1]}))
    assert option["id"] == rma_id


def test_the_shops_are_those_of_the_connection(bridge: Bridge) -> None:
    assert [option["id"] for option in good(bridge.get("/v1/choices/shops"))] == [*SHOPS]


def test_a_choice_uses_what_the_form_holds_already(bridge: Bridge) -> None:
    made = bridge.control("rmas")
    rma_id, shipment = made["rmaSummary"]["rmaId"], made["shipments"][0]["shipmentId"]
    (option,) = good(bridge.get(f"/v1/choices/shipments?rma_id=RMA{rma_id}"))
    assert option["id"] == shipment


@each_choice
def test_a_shop_of_somebody_else_is_refused(bridge: Bridge, key: str) -> None:
    query = {**examples(key), "shop": "other.myshopify.com"}
    problem(bridge.get(f"/v1/choices/{key}", query_string=query), 403)
    assert bridge.calls() == []


@each_choice
def test_an_unknown_parameter_is_named(bridge: Bridge, key: str) -> None:
    query = {**examples(key), "typo": "1"}
    assert set(faulty_fields(bridge.get(f"/v1/choices/{key}", query_string=query))) == {"typo"}
    assert bridge.calls() == []


@each_choice
def test_what_a_choice_needs_must_be_given(bridge: Bridge, key: str) -> None:
    required = {
        name for name, field in app.CATALOGUE.choices[key].input().fields.items() if field.required
    }
    answer = bridge.get(f"/v1/choices/{key}")
    if required:
        assert set(faulty_fields(answer)) == required
    else:
        good(answer)


def test_every_answer_says_what_is_left_of_the_day(bridge: Bridge) -> None:
    answer = bridge.get(OPEN)
    assert answer.headers["RateLimit"]
    assert answer.headers["RateLimit-Policy"]
    assert bridge.calls() == ["GET /rmas"]


def test_a_spent_day_is_told(build: Build) -> None:
    bridge = build(returngo_daily_limit=1)
    good(bridge.get(OPEN))
    assert problem(bridge.get(OPEN, headers=ANEW), 429)["type"] == QUOTA_EXCEEDED


def test_a_failure_of_returngo_is_not_taken_for_nothing_to_choose(bridge: Bridge) -> None:
    bridge.control("faults", status=500, share=1)
    problem(bridge.get(OPEN), 502)
