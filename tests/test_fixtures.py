"""The contract with the field mappings of users: one recorded example of each block.

A fixture that differs from what a block does says that a mapping of somebody may break. Where that
is meant, `make fixtures` records anew; the diff is what users will see.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from connector.blocks import Action, Choice, KnownSearch, Search, Trigger, json_schema
from schemas.fields import guarded_in
from tests.recordings import fixture
from tests.recordings.exchanges import Exchange, Replay
from tests.recordings.fixture import FOLDER, Fixture, path_of
from tests.recordings.performing import perform
from tests.recordings.recorder import BLOCKS, record, replay
from tests.stand_ins import HandClock

E_MAIL = re.compile(r"[\w.+-]+@([\w.-]+)")
# What ReturnGO cannot tell when it happens: it is empty in the example, too.
NO_LABEL = {"carrier_name", "tracking_number", "tracking_url", "label_url"}
NEVER_TOLD = {
    "create_rma": {
        *("refund_total", "tracking_number", "transactions"),
        *(f"shipments.{name}" for name in NO_LABEL),
    },
    "shipment_created": {"occurred_at"},
    "shipment_status_changed": {"occurred_at"},
    "label_ready": {"occurred_at", "refund_total"},
    # Nobody has read the details of an RMA that was quiet before the first contact.
    "return_stuck": {
        *("details_read_at", "order_id", "is_out_of_policy", "cancellation_fee", "updated_at"),
        *("customer_name", "customer_email", "customer_phone", "customer_country"),
        *("total_paid", "refund_total", "currency", "item_count", "items_summary"),
        *("tracking_number", "shipment_id", "resolution_types", "return_methods"),
        *("items", "shipments", "transactions", "comments"),
    },
    "refund_requested": {"external_reference_id", "external_reference_type"},
    "exchange_invoice_waiting": {
        *("external_reference_id", "external_reference_type"),
        *("bank_account_details", "returned_item_ids"),
    },
}

each_key = pytest.mark.parametrize("key", BLOCKS)


@pytest.fixture
def known(key: str) -> Fixture:
    return fixture.read(key)


def objects(shown: Any) -> list[dict[str, Any]]:
    return shown if isinstance(shown, list) else [shown]


def test_there_is_a_fixture_for_each_block_and_for_nothing_else() -> None:
    assert set(FOLDER.iterdir()) == {path_of(key) for key in BLOCKS}


@each_key
def test_a_block_asks_and_shows_what_it_did_when_it_was_recorded(key: str, known: Fixture) -> None:
    assert known.block == key
    assert known.shown
    assert replay(known) == known.shown


@each_key
def test_what_is_shown_is_as_published(key: str, known: Fixture) -> None:
    schema = json_schema(BLOCKS[key].output_schema)
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for each in objects(known.shown):
        checker.validate(each)


@pytest.mark.parametrize(
    "key", [key for key, block in BLOCKS.items() if isinstance(block, Trigger)]
)
def test_the_id_of_a_sample_looks_like_that_of_an_event(key: str, known: Fixture) -> None:
    assert {form_of(each["id"]) for each in objects(known.shown)} == {
        form_of(BLOCKS[key].sample()["id"])
    }


def form_of(event_id: str) -> str:
    """Write an id with stand-ins: for times, numbers, statuses and digests."""
    timeless = re.sub(r"(after:)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", event_id)
    return re.sub(r"\b([A-Z][a-z]\w+|[0-9a-f]{16}|\d+)\b", "_", timeless)


def unseen(schema: Any, shown: list[dict[str, Any]], depth: int) -> Iterator[str]:
    """Return the names of the properties that none of the objects has a value for."""
    for name, member in schema["properties"].items():
        values = [each[name] for each in shown if each.get(name) not in (None, [], {})]
        if not values:
            yield name
        nested = member.get("items", member)
        if values and depth and "properties" in nested:
            inner = [row for value in values for row in objects(value)]
            yield from (f"{name}.{each}" for each in unseen(nested, inner, depth - 1))


@each_key
def test_a_fixture_has_a_value_for_each_published_field(key: str, known: Fixture) -> None:
    missing = set(unseen(json_schema(BLOCKS[key].output_schema), objects(known.shown), depth=1))
    output = BLOCKS[key].output_schema()
    ways = [*guarded_in(output), *([["raw"]] if "raw" in output.fields else [])]
    guarded = {".".join(way) for way in ways if ".".join(way[:-1]) not in missing}
    asks_for_raw = known.given.get("raw") in (True, "true")
    assert missing == NEVER_TOLD.get(key, set()) | (set() if asks_for_raw else guarded)


@pytest.mark.parametrize("sort", [Trigger, Action, Search])
def test_of_each_sort_some_fixture_shows_what_returngo_sent(sort: type[Any]) -> None:
    keys = [key for key, block in BLOCKS.items() if isinstance(block, sort)]
    assert any("raw" in objects(fixture.read(key).shown)[0] for key in keys)


@each_key
def test_nobody_in_a_fixture_exists(key: str) -> None:
    text = path_of(key).read_text(encoding="utf-8")
    assert set(E_MAIL.findall(text)) <= {"example.com"}
    # an IBAN with these check digits is nobody's
    assert {iban[:4] for iban in re.findall(r"\b[A-Z]{2}\d{14,}", text)} <= {"DE00"}


@pytest.mark.parametrize("key", ["shipment_status_changed", "create_rma", "requested_refunds"])
def test_recording_again_gives_the_same_to_the_byte(key: str) -> None:
    text = record(key).text()
    assert text == record(key).text()
    assert text.encode() == path_of(key).read_bytes()


def exchange(**changes: Any) -> Exchange:
    return {
        "method": "GET",
        "path": "/rma/1",
        "query": [["a", "1"], ["b", "2"]],
        "body": None,
        "status": 200,
        "headers": {},
        "answer": {},
        **changes,
    }


REQUEST = {"method": "GET", "path": "/rma/1", "query": {"a": "1", "b": "2"}}
RECORDED = r"Call 1 differs\. Recorded: .+; made: GET /rma/1\?a=1&b=2\."


@pytest.mark.parametrize(
    ("exchanges", "sentence"),
    [
        ([exchange(method="POST")], RECORDED),
        ([exchange(path="/rma/2")], RECORDED),
        ([exchange(query=[["b", "2"], ["a", "1"]])], RECORDED),
        ([exchange(body={"a": 1})], RECORDED),
        ([], r"Call 1 was not recorded: GET /rma/1\?a=1&b=2\."),
        ([exchange(), exchange()], r"Call 2 was recorded, but not made: GET /rma/1\?a=1&b=2\."),
    ],
)
def test_a_call_that_differs_is_told_in_a_sentence(
    exchanges: list[Exchange], sentence: str
) -> None:
    with pytest.raises(AssertionError, match=sentence):
        replay(Fixture("api_request", REQUEST, exchanges, {}))


def test_a_call_that_differs_is_told_even_where_the_block_goes_on_without_its_answer() -> None:
    known = fixture.read("requested_refunds")
    (first, second, third) = known.exchanges
    adapter = Replay([first, second, {**third, "path": "/rma/0"}])
    with pytest.raises(AssertionError, match="Call 3 differs"):
        perform(BLOCKS["requested_refunds"], {}, adapter, HandClock())
    with pytest.raises(AssertionError, match="Call 3 differs"):
        adapter.finish()


def test_a_difference_that_a_poll_swallows_is_told() -> None:
    known = fixture.read("new_rma")
    changed = [{**each, "path": f"{each['path']}/x"} for each in known.exchanges]
    with pytest.raises(AssertionError, match="Call 1 differs"):
        replay(Fixture("new_rma", known.given, changed, known.shown))


def test_every_sort_of_block_is_there() -> None:
    assert {type(block) for block in BLOCKS.values()} == {
        *(Trigger, Action, Search, KnownSearch, Choice)
    }
