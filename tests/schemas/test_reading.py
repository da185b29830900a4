import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from marshmallow import Schema

from connector.blocks import json_schema
from schemas.item import Validation
from schemas.reading import read_flag, read_whole
from schemas.rma import Rma
from schemas.transaction import Transaction
from tests.schemas.documents import item, rma, shipment, transaction

ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text()
    | st.sampled_from(["2026-02-04T09:08:06", "0001-01-01T00:00:00+23:00", "0", "no", "1e9999999"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def shaken(document: Any) -> st.SearchStrategy[Any]:
    """Give documents of the shape of `document` in which any part may be missing or different."""
    if isinstance(document, dict):
        parts = {key: shaken(value) for key, value in document.items()}
        return ANYTHING | st.fixed_dictionaries({}, optional={**parts, "unheardOf": ANYTHING})
    if isinstance(document, list):
        return ANYTHING | st.lists(st.one_of(*map(shaken, document), ANYTHING), max_size=3)
    return st.just(document) | ANYTHING


def assert_published(schema: type[Schema], shown: Any) -> None:
    checker = Draft202012Validator(
        json_schema(schema), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    checker.validate(shown)


@given(shaken(rma()))
def test_any_rma_is_shown_as_published(document: Any) -> None:
    assert_published(Rma, Rma().dump(document))


@given(shaken(transaction(bankAccountDetails={"iban": "DE00"}, returnItemIds=[1])))
def test_any_transaction_is_shown_as_published(document: Any) -> None:
    assert_published(Transaction, Transaction().dump(document))


def test_every_published_field_is_shown_even_of_an_empty_document() -> None:
    assert set(Rma().dump({})) == set(Rma().fields)
    assert set(Transaction().dump({})) == set(Transaction().fields)


YES: list[Any] = [True, 1, "1", "true", "yes"]
NO: list[Any] = [False, 0, "0", "false", "no"]
NEITHER: list[Any] = [None, "", "perhaps", 2, [1], {}]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        *((word, True) for word in YES),
        *((word, False) for word in NO),
        *((word, None) for word in NEITHER),
    ],
)
def test_yes_and_no_are_read_in_the_usual_words_and_nothing_else(sent: Any, expected: Any) -> None:
    assert Rma().dump(rma(isOutOfPolicy=sent))["is_out_of_policy"] is expected


def test_ids_are_strings_even_if_returngo_sends_numbers() -> None:
    shown = Transaction().dump(transaction(id=6070096, returnItemIds=[47006391, "47006392"]))
    assert shown["id"] == shown["transaction_id"] == "6070096"
    assert shown["returned_item_ids"] == ["47006391", "47006392"]
    numbered = rma(rmaSummary={"rmaId": 10030552}, orderDetails={"orderId": 7396218241343})
    shown = Rma().dump(numbered)
    assert shown["id"] == shown["rma_id"] == "10030552"
    assert shown["order_id"] == "7396218241343"


def test_an_id_of_a_new_form_passes_through() -> None:
    assert Rma().dump(rma(rmaSummary={"rmaId": "R-1"}))["rma_id"] == "R-1"


def test_an_unknown_word_passes_through() -> None:
    assert Rma().dump(rma(rmaSummary={"status": "Levitating"}))["status"] == "Levitating"
    assert Transaction().dump(transaction(type="RefundInGold"))["type"] == "RefundInGold"


def test_an_unknown_key_is_left_out() -> None:
    assert Rma().dump(rma(riskScore={"level": "low"})) == Rma().dump(rma())


def test_rows_that_are_not_objects_are_left_out() -> None:
    shown = Rma().dump(rma(items=[item(), None, "shirt", 3], shipments={"not": "a list"}))
    assert [line["returned_item_id"] for line in shown["items"]] == ["47006391"]
    assert shown["item_count"] == 1
    assert shown["shipments"] == []


def test_keys_that_are_absent_or_null_are_null() -> None:
    shown = Rma().dump(rma(items=[item(barcode=None)]))["items"][0]
    assert shown["barcode"] is None
    assert shown["variant_name"] is None
    assert shown["validation"] is None


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-01-18T17:49:33+00:00", "2026-01-18T17:49:33Z"),
        ("2026-01-18T19:49:33+02:00", "2026-01-18T17:49:33Z"),
        ("2026-01-18T17:49:33", "2026-01-18T17:49:33Z"),
        ("2026-01-18T17:49:33.250Z", "2026-01-18T17:49:33.250000Z"),
        ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
        ("0001-01-01T00:00:00+23:00", None),
        ("yesterday", None),
        ("", None),
        (1768758573, None),
        (None, None),
    ],
)
def test_times_are_shown_in_utc(sent: Any, expected: str | None) -> None:
    assert Rma().dump(rma(lastUpdated=sent))["updated_at"] == expected


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own zone is not UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("tokyo")
def test_a_time_without_a_zone_is_utc_wherever_the_machine_stands() -> None:
    assert time.tzname[0] == "JST"
    shown = Rma().dump(rma(createdAt="2026-01-18T17:49:33"))
    assert shown["created_at"] == "2026-01-18T17:49:33Z"


def test_what_people_look_for_first_stands_at_the_top() -> None:
    shown = Rma().dump(rma())
    assert {
        name: shown[name]
        for name in (
            *("rma_number", "order_name", "customer_name", "customer_email", "customer_phone"),
            *("customer_country", "items_summary", "item_count", "tracking_number", "currency"),
        )
    } == {
        "rma_number": "RMA10030552",
        "order_name": "H12043",
        "customer_name": "Thandi Example",
        "customer_email": "thandi@example.com",
        "customer_phone": "+27 21 555 0100",
        "customer_country": "ZA",
        "items_summary": "1 × Linen Shirt - Blue / M",
        "item_count": 1,
        "tracking_number": "SC123456789",
        "currency": "ZAR",
    }


def test_a_row_of_a_list_tells_when_it_was_created_and_nothing_of_its_items() -> None:
    summary = rma()["rmaSummary"]
    shown = Rma().dump({"rmaSummary": summary})
    assert {name: value for name, value in shown.items() if value is not None} == {
        "id": "10030552",
        "rma_id": "10030552",
        "rma_number": "RMA10030552",
        "status": "Approved",
        "order_name": "H12043",
        "created_at": "2026-02-04T07:02:24Z",
        "transitions": [
            {
                "name": "RMA_CREATED",
                "happened_at": "2026-02-04T07:02:24Z",
                "triggered_via": "Return Portal",
            }
        ],
    }


def test_a_return_without_items_has_none_of_them() -> None:
    shown = Rma().dump(rma(items=[], shipments=[], transactions=[], comments=[]))
    assert shown["item_count"] == 0
    assert shown["items_summary"] == ""
    assert shown["resolution_types"] == shown["return_methods"] == shown["items"] == []
    assert shown["shipments"] == shown["transactions"] == shown["comments"] == []


def test_the_time_that_returngo_tells_counts_before_that_of_the_first_event() -> None:
    shown = Rma().dump(rma(createdAt="2026-02-03T00:00:00+00:00"))
    assert shown["created_at"] == "2026-02-03T00:00:00Z"


def test_an_order_name_that_only_the_order_details_know_is_found() -> None:
    assert Rma().dump(rma(rmaSummary={"rmaId": "1"}))["order_name"] == "H12043"


def test_like_items_are_counted_in_the_summary() -> None:
    hat, unnamed = {"productName": "Hat"}, {"sku": None}
    shown = Rma().dump(rma(items=[item(), hat, item(), unnamed]))
    assert shown["items_summary"] == "2 × Linen Shirt - Blue / M, 1 × Hat, 1 × item"


@pytest.mark.parametrize("outbound", [True, 1, "1"])
def test_the_parcel_that_comes_back_counts_not_the_one_that_goes_out(outbound: Any) -> None:
    out = shipment(isOutbound=outbound, trackingNumber="OUT")
    shown = Rma().dump(rma(shipments=[out, shipment(isOutbound="0", trackingNumber="BACK")]))
    assert shown["tracking_number"] == "BACK"


def test_the_only_parcel_knows_the_customer_even_if_it_goes_out() -> None:
    shown = Rma().dump(rma(shipments=[shipment(isOutbound=True)]))
    assert shown["customer_email"] == "thandi@example.com"


def test_without_a_parcel_nobody_knows_the_customer() -> None:
    shown = Rma().dump(rma(shipments=[]))
    assert shown["customer_email"] is None
    assert shown["tracking_number"] is None


def test_shipments_comments_transactions_and_transitions_are_shown_line_by_line() -> None:
    shown = Rma().dump(rma())
    assert shown["shipments"][0]["customer_address"]["email"] == "thandi@example.com"
    assert shown["comments"][0] == {
        "type": "system",
        "triggered_by": "Automation",
        "html": "<p>Hello</p>",
        "commented_at": "2026-02-06T15:40:21Z",
    }
    assert shown["transactions"][0]["status"] == "Requested"
    assert shown["transitions"] == [
        {
            "name": "RMA_CREATED",
            "happened_at": "2026-02-04T07:02:24Z",
            "triggered_via": "Return Portal",
        }
    ]


def test_what_cannot_be_looked_up_is_no_flag() -> None:
    odd: list[Any] = [[], {}, Decimal("sNaN")]
    assert [read_flag(value) for value in odd] == [None, None, None]


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ({"isReturned": False, "isRestockable": 0}, (None, None)),
        ({"isReturned": 1, "isRestockable": False}, (True, None)),
        (
            {"isReturned": False, "isRestockable": 0, "lastValidationDate": "2026-02-09T10:15:00Z"},
            (False, False),
        ),
    ],
)
def test_what_nobody_has_looked_at_is_neither_good_nor_bad(
    found: dict[str, Any], shown: tuple[bool | None, bool | None]
) -> None:
    dumped = Validation().dump(found)
    assert (dumped["is_returned"], dumped["is_restockable"]) == shown


@pytest.mark.parametrize(
    ("sent", "whole"),
    [
        ("1633053991866709828852915372032", 1633053991866709828852915372032),
        ("7.0", 7),
        ("7.5", None),
    ],
)
def test_a_whole_number_is_read_however_long_it_is(sent: str, whole: int | None) -> None:
    assert read_whole(sent) == whole
