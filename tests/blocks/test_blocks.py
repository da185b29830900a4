from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from connector.blocks import (
    Action,
    Block,
    Catalogue,
    Effect,
    Event,
    InvalidInput,
    Kind,
    Resource,
    Topic,
    json_schema,
    read_input,
)
from schemas.fields import Text
from schemas.rma import Rma
from schemas.shapes import Input
from schemas.transaction import Transaction
from tests.schemas.documents import money, transaction
from tests.stand_ins import NOON
from tests.toy import actions, triggers

CATALOGUE = Catalogue.of(triggers, actions)
TRIGGER = CATALOGUE.triggers["coin_tossed"]
ACTION = CATALOGUE.actions["toss_coin"]
SHOP = "demo.myshopify.com"


class Asked(Input):
    """What a trigger may be asked by."""

    status = Text("Status", "The status.", example="Success", load_default="Requested")


def event(**body: Any) -> Event:
    return Event(
        id="6070096:Requested:2026-02-04T09:08:06Z",
        kind=Kind.TRANSACTION_STATUS_CHANGED,
        shop=SHOP,
        occurred_at=datetime(2026, 2, 4, 9, 8, 6, tzinfo=UTC),
        recorded_at=NOON,
        body=transaction(**body),
    )


def test_an_event_is_shown_under_its_own_id_with_both_times_and_the_shop() -> None:
    shown = TRIGGER.show_event(event())
    assert shown["id"] == "6070096:Requested:2026-02-04T09:08:06Z"
    assert shown["transaction_id"] == "6070096"
    assert shown["occurred_at"] == "2026-02-04T09:08:06Z"
    assert shown["recorded_at"] == "2026-02-04T12:00:00Z"
    assert shown["shop"] == SHOP


def test_what_returngo_sent_is_shown_only_when_asked_for() -> None:
    assert "raw" not in TRIGGER.show_event(event())
    assert TRIGGER.show_event(event(odd=1), raw=True)["raw"] == transaction(odd=1)


def test_a_guarded_field_is_shown_where_what_returngo_sent_is() -> None:
    paid_to = {"iban": "DE00"}
    one = event(bankAccountDetails=paid_to)
    assert TRIGGER.show_event(one)["bank_account_details"] is None
    assert TRIGGER.show_event(one, raw=True)["bank_account_details"] == paid_to


def test_a_guarded_field_of_each_line_is_withheld() -> None:
    paid_to = {"iban": "DE00"}
    rma = {"transactions": [transaction(bankAccountDetails=paid_to), transaction()]}
    block = replace(ACTION, output=Rma)
    shown = [each["bank_account_details"] for each in block.show(rma, SHOP)["transactions"]]
    assert shown == [None, None]
    (first, _) = block.show(rma, SHOP, raw=True)["transactions"]
    assert first["bank_account_details"] == paid_to


def test_an_event_whose_time_nobody_knows_is_shown() -> None:
    assert TRIGGER.show_event(replace(event(), occurred_at=None))["occurred_at"] is None


@pytest.mark.parametrize("raw", [True, False])
def test_an_event_is_shown_as_published(raw: bool) -> None:
    Draft202012Validator(json_schema(TRIGGER.output_schema)).validate(
        TRIGGER.show_event(event(), raw=raw)
    )


def test_the_fields_of_the_trigger_are_filters_and_the_common_ones_are_not() -> None:
    call = {"currency": "EUR", "limit": 3, "shop": SHOP, "raw": False}
    assert TRIGGER.own(call) == {"currency": "EUR"}
    assert TRIGGER.own({"limit": 3}) == {}


def test_a_trigger_admits_what_has_the_filtered_value() -> None:
    rand, euro = (TRIGGER.show_event(event(amount=money(1, word))) for word in ("ZAR", "EUR"))
    assert [TRIGGER.admits(shown, {"currency": "EUR"}) for shown in (rand, euro)] == [False, True]
    assert TRIGGER.admits(rand, {})


def test_what_is_none_of_the_triggers_is_not_admitted_whatever_the_filters() -> None:
    euros = replace(TRIGGER, only=lambda shown: bool(shown["currency"] == "EUR"))
    rand, euro = (euros.show_event(event(amount=money(1, word))) for word in ("ZAR", "EUR"))
    assert [euros.admits(shown, {}) for shown in (rand, euro)] == [False, True]
    assert not euros.admits(rand, {"currency": "ZAR"})
    assert not euros.admits(euro, {"currency": "ZAR"})


def test_the_topic_of_most_triggers_is_the_same_whatever_the_filters() -> None:
    topic = Topic(Kind.TRANSACTION_STATUS_CHANGED)
    assert TRIGGER.topic == TRIGGER.topic_of({"currency": "EUR", "status": "x"}) == topic


def test_the_topic_of_a_trigger_that_asks_by_its_filters_follows_them() -> None:
    asking = replace(TRIGGER, asks_by=("status",), input=Asked)
    kind = Kind.TRANSACTION_STATUS_CHANGED
    assert asking.topic == Topic(kind, "Requested")
    assert asking.topic_of({"status": "Success"}) == Topic(kind, "Success")


def test_a_trigger_takes_its_own_fields_and_the_common_ones() -> None:
    call = {"currency": "ZAR", "shop": SHOP, "limit": "7", "after": "a"}
    assert read_input(TRIGGER.input_schema, call) == {**call, "limit": 7, "raw": False}


@pytest.mark.parametrize("limit", ["0", "1001", "-1"])
def test_no_page_is_empty_or_endless(limit: str) -> None:
    with pytest.raises(InvalidInput):
        read_input(TRIGGER.input_schema, {"limit": limit})


def test_the_resource_of_a_kind_is_named_by_its_first_word() -> None:
    assert Kind.RMA_CREATED.resource is Resource.RMAS
    assert Kind.TRANSACTION_STATUS_CHANGED.resource is Resource.TRANSACTIONS


def test_an_action_shows_the_thing_and_the_shop() -> None:
    assert ACTION.show({"coin": "c-1", "side": "heads"}, SHOP) == {
        "id": "c-1",
        "side": "heads",
        "status": None,
        "shop": SHOP,
    }


def test_the_fields_of_an_action_leave_out_what_is_common_or_not_given() -> None:
    call = {"rma_id": "1", "shop": SHOP, "idempotency_key": "k"}
    assert ACTION.own(call) == {"rma_id": "1"}


def test_an_idempotency_key_has_a_longest_length() -> None:
    key = "k" * 255
    assert read_input(ACTION.input_schema, {"rma_id": "1", "idempotency_key": key})
    with pytest.raises(InvalidInput, match="idempotency_key"):
        read_input(ACTION.input_schema, {"rma_id": "1", "idempotency_key": f"{key}k"})


def test_what_adds_something_must_be_able_to_find_it_again() -> None:
    with pytest.raises(TypeError, match="Add Coin adds something, so it must declare already_done"):
        Action(label="Add Coin", noun="Coin", effect=Effect.ADD, output=Transaction, run=dict)


def test_what_sets_a_state_needs_no_look_upstream() -> None:
    action = Action(label="Set Coin", noun="Coin", effect=Effect.SET, output=Transaction, run=dict)
    assert action.already_done is None


@pytest.mark.parametrize("block", [TRIGGER, ACTION], ids=lambda block: block.key)
def test_a_sample_is_made_of_the_examples_and_is_as_published(block: Block) -> None:
    sample = block.sample()
    Draft202012Validator(json_schema(block.output_schema)).validate(sample)
    assert sample["id"]
    assert sample["shop"] == SHOP


def test_a_sample_leaves_out_what_has_no_example() -> None:
    sample = TRIGGER.sample()
    assert "bank_account_details" not in sample
    assert "raw" not in sample
    assert sample["id"] == "transaction:6070096:Requested:2026-02-04T09:08:06Z"
    assert sample["transaction_id"] == "6070096"


def test_the_keys_of_a_sample_are_keys_of_a_live_event() -> None:
    assert set(TRIGGER.sample()) <= set(TRIGGER.show_event(event()))


def test_a_block_describes_itself() -> None:
    described = ACTION.describe()
    assert described["key"] == "toss_coin"
    assert described["label"] == "Toss Coin"
    assert described["noun"] == "Coin"
    assert described["description"] == "Tosses a coin on top of an RMA."
    assert set(described["input_schema"]["properties"]) == {
        *("rma_id", "side", "height", "shop", "idempotency_key", "raw")
    }
    assert set(described["output_schema"]["properties"]) == {
        *("id", "side", "status", "shop", "raw")
    }
    assert described["sample"] == ACTION.sample()
