from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import validate

from connector.blocks import FieldError, InvalidInput, read_input
from schemas.fields import (
    Amount,
    Boolean,
    CommaList,
    DateTime,
    Group,
    Id,
    Integer,
    Lines,
    OrderName,
    RmaId,
    Text,
    TextList,
)
from schemas.shapes import Input


class Order(Input):
    table_id = Id("Table ID", "Where.", example="12", required=True)
    dish = Text("Dish", "What.", example="soup", choices=("soup", "salad"), required=True)
    note = Text("Note", "How.", validate=validate.Length(max=10))
    guests = Integer("Guests", "For how many.")
    at = DateTime("At", "When.", example="2026-02-04T12:00:00Z")


class Search(Input):
    dish = Text("Dish", "What.", choices=("soup", "salad"))
    limit = Integer("Limit", "How many.", validate=validate.Range(min=1, max=10))
    raw = Boolean("Raw", "Whether uncooked.", load_default=False)


def refusal(document: Any) -> tuple[FieldError, ...]:
    with pytest.raises(InvalidInput) as caught:
        read_input(Order, document)
    return caught.value.errors


def query_refusal(query: dict[str, str]) -> tuple[FieldError, ...]:
    with pytest.raises(InvalidInput) as caught:
        read_input(Search, query)
    return caught.value.errors


def test_a_good_document_is_read() -> None:
    assert read_input(Order, {"table_id": "12", "dish": "soup", "guests": 2}) == {
        "table_id": "12",
        "dish": "soup",
        "guests": 2,
    }


@pytest.mark.parametrize("nothing", ["", None])
def test_empty_and_null_mean_absent(nothing: Any) -> None:
    given = {"table_id": "12", "dish": "soup", "note": nothing, "guests": nothing, "no": nothing}
    assert read_input(Order, given) == {"table_id": "12", "dish": "soup"}
    assert {error.field for error in refusal({"table_id": nothing, "dish": "soup"})} == {"table_id"}


def test_every_missing_field_is_named_with_the_words_that_it_takes() -> None:
    assert set(refusal({})) == {
        FieldError("table_id", "is missing."),
        FieldError("dish", "is missing.", accepted=("soup", "salad")),
    }


def test_an_unknown_word_is_answered_with_field_value_and_the_accepted_words() -> None:
    assert refusal({"table_id": "12", "dish": "pie"}) == (
        FieldError(
            "dish", "is 'pie'; accepted are soup, salad.", value="pie", accepted=("soup", "salad")
        ),
    )


def test_a_wrong_type_is_answered_with_the_right_one() -> None:
    (error,) = refusal({"table_id": "12", "dish": "soup", "guests": "two"})
    assert error == FieldError("guests", "is 'two'; it must be a whole number.", value="two")


def test_a_wrong_pattern_is_answered_with_an_example() -> None:
    (error,) = refusal({"table_id": "RMA12", "dish": "soup"})
    assert error == FieldError(
        "table_id", "is 'RMA12'; it must look like 12.", value="RMA12", accepted=None
    )


@pytest.mark.parametrize("sent", ["１２", "-1", "1.5", "1 2", "12,5", "", "#", True, [], "x12"])
def test_an_id_is_nothing_but_digits(sent: Any) -> None:
    assert [error.field for error in refusal({"table_id": sent, "dish": "soup"})] == ["table_id"]


def test_an_unknown_field_is_answered_with_the_known_ones() -> None:
    (error,) = refusal({"table_id": "12", "dish": "soup", "dihs": "pie"})
    assert error.field == "dihs"
    assert error.value == "pie"
    assert error.detail == "is not a field here; there are at, dish, guests, note, table_id."


def test_several_faults_are_told_at_once() -> None:
    errors = refusal({"table_id": "x", "dish": "pie", "dihs": 1})
    assert {error.field for error in errors} == {"table_id", "dish", "dihs"}


@pytest.mark.parametrize("document", [[], "soup", 12, None, True, [{"dish": "soup"}]])
def test_what_is_not_an_object_is_refused(document: Any) -> None:
    assert refusal(document) == (FieldError("body", "must be a JSON object.", value=document),)


def test_a_text_that_is_too_long_is_named_but_not_repeated_whole() -> None:
    (error,) = refusal({"table_id": "12", "dish": "soup", "note": "x" * 5000})
    assert error.field == "note"
    assert len(error.detail) < 200


def test_a_huge_wrong_value_is_not_repeated_whole() -> None:
    (error,) = refusal({"table_id": "12", "dish": "p" * 5000})
    assert len(error.detail) < 200


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d", "\udc00"])
def test_a_text_that_no_database_could_keep_is_refused(text: str) -> None:
    (error,) = refusal({"table_id": "12", "dish": "soup", "note": text})
    assert error.field == "note"
    assert error.detail == "holds characters that are not text."


def test_a_text_of_several_lines_and_any_script_is_read() -> None:
    note = "汤\n🍲 é"
    assert read_input(Order, {"table_id": "1", "dish": "soup", "note": note})["note"] == note


def test_a_time_that_is_none_is_named() -> None:
    (error,) = refusal({"table_id": "12", "dish": "soup", "at": "noon"})
    assert error.field == "at"


def test_the_message_names_field_and_fault() -> None:
    with pytest.raises(InvalidInput, match=r"dish: is 'pie'; accepted are soup, salad\."):
        read_input(Order, {"table_id": "12", "dish": "pie"})


def test_a_query_is_read_into_its_types() -> None:
    assert read_input(Search, {"dish": "soup", "limit": "5", "raw": "true"}) == {
        "dish": "soup",
        "limit": 5,
        "raw": True,
    }


def test_empty_query_values_mean_absent() -> None:
    assert read_input(Search, {"dish": "", "limit": "", "raw": ""}) == {"raw": False}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "11"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "1.5"}, "limit"),
        ({"raw": "maybe"}, "raw"),
        ({"dish": "so\0up"}, "dish"),
    ],
)
def test_a_wrong_query_value_is_named(query: dict[str, str], field: str) -> None:
    (error,) = query_refusal(query)
    assert error.field == field
    assert error.detail.startswith("is ") or "text" in error.detail
    assert str(error.value) == query[field]
    assert error.detail


def test_an_unknown_word_in_a_query_is_answered_with_the_accepted_ones() -> None:
    (error,) = query_refusal({"dish": "pie"})
    assert (error.field, error.value) == ("dish", "pie")
    assert error.accepted == ("soup", "salad")


def test_an_unknown_query_parameter_is_answered_with_the_known_ones() -> None:
    (error,) = query_refusal({"dihs": "soup"})
    assert error.field == "dihs"
    assert error.detail == "is not a field here; there are dish, limit, raw."


class Line(Input):
    line_item_id = Id("Line", "Which.", example="17", required=True)
    reason = Text("Reason", "Why.", example="Too big")


class Lined(Input):
    items = Lines("Items", "Which.", Line)


class Pointing(Input):
    customer = Id("Customer", "Whose.", example="1", at_shopify="Customer")
    line = Id("Line", "Which.", example="1", at_shopify="LineItem")
    rma = RmaId("RMA", "Which.", example="1")


class Forgiving(Input):
    rma_id = RmaId("RMA ID", "Which.", example="1234")
    order_name = OrderName("Order", "Which.", example="#1001")
    status = Text("Status", "Which.", choices=("Received", "Gift Card"))
    type = Text("Type", "Which.", suggestions=("Refund", "Payment"), example="Refund")
    kinds = CommaList("Kinds", "Which.", suggestions=("Pending", "Canceled"))
    carrier = CommaList("Carrier", "Which.")
    amount = Amount("Amount", "How much.", example="199.00")
    count = Integer("Count", "How many.")
    is_due = Boolean("Is Due", "Whether.")
    at = DateTime("At", "When.")
    note = Text("Note", "What.")
    words = TextList("Words", "Which.")
    lines = Lines("Lines", "Which.", Order)
    table = Group("Table", "Which.", Order)


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        *[("rma_id", typed, "1234") for typed in ("1234", " 1234 ", "RMA1234", "rma 1234", 1234)],
        *[("rma_id", typed, "1234") for typed in ("#1234", "#RMA1234", "1234\n", Decimal(1234))],
        ("order_name", " #1001 ", "#1001"),
        ("order_name", 1001, "1001"),
        *[("status", typed, "Received") for typed in ("received", " RECEIVED", "Received")],
        ("status", "gift card", "Gift Card"),
        ("type", "refund ", "Refund"),
        ("type", " Barter ", "Barter"),
        *[("status", typed, "Gift Card") for typed in ("giftcard", "gift-card", "GIFT_CARD")],
        *[("kinds", typed, "Canceled") for typed in ("Cancelled", "canceled", '["CANCELLED"]')],
        *[
            ("kinds", typed, "Pending,Canceled")
            for typed in ("pending, cancelled", "Pending;Canceled")
        ],
        *[
            ("kinds", typed, "Pending,Canceled")
            for typed in (["Pending", "Canceled"], '["pending","canceled"]')
        ],
        *[("kinds", typed, "null") for typed in ("null", " null,")],
        *[("carrier", typed, "UPS, Inc.") for typed in ("UPS, Inc.", ["UPS, Inc."])],
        ("order_name", ["#1001", 1002], "#1001,1002"),
        *[("amount", typed, "1.50") for typed in ("1.50", " 1.50 ", Decimal("1.50"))],
        ("amount", 7, "7"),
        ("count", " 7", 7),
        ("count", Decimal("7.0"), 7),
        *[("is_due", typed, True) for typed in ("yes", "TRUE", "1", 1, True, " on ")],
        *[("is_due", typed, False) for typed in ("no", "false", 0)],
        ("note", 7, "7"),
        ("note", Decimal("7.10"), "7.10"),
        ("note", Decimal("7.0"), "7"),
        ("note", " as\n typed \r\n", "as\n typed"),
        ("note", "\u200b\ufeff\xa0hidden\u200e", "hidden"),
        *[("rma_id", typed, "9801505") for typed in (Decimal("9801505.0"), "9801505.0")],
        *[("order_name", typed, "1001") for typed in (Decimal("1001.00"), "1001.0")],
        ("order_name", "1001.1", "1001.1"),
        ("words", "a, b", ["a", "b"]),
        ("words", ["a ", " ", 4711], ["a", "4711"]),
        ("lines", {"table_id": 1, "dish": "SOUP"}, [{"table_id": "1", "dish": "soup"}]),
        ("lines", [{"table_id": " 2", "dish": "soup"}], [{"table_id": "2", "dish": "soup"}]),
        ("table", {"table_id": 1, "dish": "Salad"}, {"table_id": "1", "dish": "salad"}),
    ],
)
def test_what_people_type_is_forgiven(field: str, typed: Any, read: Any) -> None:
    assert read_input(Forgiving, {field: typed}) == {field: read}


def test_a_time_with_blanks_around_it_is_read() -> None:
    read = read_input(Forgiving, {"at": " 2026-02-04T12:00:00Z "})
    assert read == {"at": datetime(2026, 2, 4, 12, tzinfo=UTC)}


@pytest.mark.parametrize("typed", ["199,00", "1,999.00", "1.999,00", "1 999", "R199", "1e3", "."])
def test_an_amount_is_never_guessed(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_input(Forgiving, {"amount": typed})
    (error,) = caught.value.errors
    assert error.detail == (
        f"is '{typed}'; it must look like 199.00, with a point before the decimals and nothing else"
        " between digits."
    )


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("rma_id", "RMA"),
        ("rma_id", "RM1234"),
        ("count", "7,0"),
        ("count", "7.5"),
        ("count", True),
        ("is_due", "perhaps"),
        ("note", True),
        ("status", 5),
        ("kinds", ["a,b", "c"]),
        ("kinds", [True]),
        ("kinds", {"a": "b"}),
        ("kinds", ","),
        ("words", 5),
        ("lines", "soup"),
        ("lines", ["soup"]),
        ("table", "soup"),
    ],
)
def test_what_could_mean_anything_is_refused(field: str, typed: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_input(Forgiving, {field: typed})
    assert [error.field.split(".")[0] for error in caught.value.errors] == [field]


@pytest.mark.parametrize("field", ["rma_id", "order_name", "note", "type", "amount"])
@pytest.mark.parametrize(
    "typed",
    [Decimal("9.400111899223398e+21"), Decimal("1e+3"), Decimal("9400111899223398.0"), 10**15],
)
def test_a_number_that_a_sheet_may_have_rounded_is_refused(field: str, typed: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_input(Forgiving, {field: typed})
    (error,) = caught.value.errors
    assert error.field == field
    assert error.detail.endswith("it comes from a sheet that has rounded it; send it as text.")
    assert "Decimal" not in error.detail


@pytest.mark.parametrize("typed", [-9801505, Decimal("-1.5")])
def test_a_number_that_no_sheet_has_rounded_is_refused_for_what_it_is(typed: Any) -> None:
    with pytest.raises(InvalidInput, match=f"is '{typed}'; it must look like 1234"):
        read_input(Forgiving, {"rma_id": typed})


@pytest.mark.parametrize("typed", ["9.40011E+21", "9,40011E+21", "9.4e+21", "94E+20"])
def test_what_a_sheet_shows_for_a_long_number_is_no_name(typed: str) -> None:
    with pytest.raises(InvalidInput, match="from a sheet that has rounded it"):
        read_input(Forgiving, {"order_name": typed})
    assert read_input(Forgiving, {"note": typed}) == {"note": typed}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [(True, "true"), ([Decimal("1.5"), None], "[1.5, null]"), ({"a": False}, '{"a": false}')],
)
def test_a_refusal_shows_what_was_sent_as_its_sender_writes_it(typed: Any, shown: str) -> None:
    (error,) = refusal({"table_id": typed, "dish": "soup"})
    assert error.detail == f"is {shown}; it must be a text."


def test_a_fault_in_a_line_is_named_by_its_place() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_input(Forgiving, {"lines": [{"table_id": "1", "dish": "soup"}, {"dish": "pie"}]})
    assert set(caught.value.errors) == {
        FieldError("lines.1.table_id", "is missing."),
        FieldError("lines.1.dish", "is 'pie'; accepted are soup, salad.", "pie", ("soup", "salad")),
    }


@pytest.mark.parametrize(
    "typed", ["12:30", "gid://shopify/Order/12", "https://x.example.com/a:b:c"]
)
def test_what_is_no_events_id_is_not_called_one(typed: str) -> None:
    (error,) = refusal({"table_id": typed, "dish": "soup"})
    assert error.detail == f"is '{typed}'; it must look like 12."


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        ("customer", "gid://shopify/Customer/6512044310583", "6512044310583"),
        ("customer", "https://admin.shopify.com/store/demo/customers/65?tab=orders#1", "65"),
        ("customer", "https://demo.myshopify.com/admin/customers/65/orders/7", "65"),
        ("line", "gid://shopify/LineItem/17400000004103", "17400000004103"),
        ("line", "https://demo.myshopify.com/admin/api/orders/7/line_items/12.json", None),
        ("line", "https://demo.myshopify.com/admin/orders/7/line_items/12", "12"),
        ("customer", "gid://shopify/Order/65", None),
        ("customer", "https://admin.shopify.com/store/demo/orders/65", None),
        ("rma", "https://dashboard.example.com/returns/10030552", "10030552"),
        ("rma", "https://dashboard.example.com:8080/#/rma/RMA10030552?tab=2a", "10030552"),
        ("rma", "https://dashboard.example.com/shops/12/rma/10030552", None),
        ("rma", "https://admin.shopify.com/store/demo/orders/10030552", None),
        ("rma", "gid://shopify/Order/10030552", None),
    ],
)
def test_an_id_is_found_in_an_address_where_it_can_only_be_that(
    field: str, typed: str, read: str | None
) -> None:
    if read is None:
        with pytest.raises(InvalidInput, match="it must look like"):
            read_input(Pointing, {field: typed})
    else:
        assert read_input(Pointing, {field: typed}) == {field: read}


def lines(*values: str, **more: str) -> list[dict[str, str]]:
    return [{"line_item_id": each, **more} for each in values]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ('[{"line_item_id": "1"}, {"line_item_id": 2}]', lines("1", "2")),
        ('{"line_item_id": "1", "reason": "a, b"}', lines("1", reason="a, b")),
        (["1", 2, Decimal("3.0"), ' {"line_item_id": "4"}'], lines("1", "2", "3", "4")),
        ("1, 2,", lines("1", "2")),
        (1, lines("1")),
        (
            {"line_item_id": "1,2", "reason": "a, b"},
            [*lines("1", reason="a"), *lines("2", reason="b")],
        ),
        ({"line_item_id": ["1", "2"], "reason": None}, lines("1", "2")),
        (
            {"line_item_id": "1", "reason": "too big, too late"},
            lines("1", reason="too big, too late"),
        ),
        (lines("1", reason="a,b"), lines("1", reason="a,b")),
    ],
)
def test_lines_are_read_in_any_form_that_platforms_give_them(typed: Any, read: Any) -> None:
    assert read_input(Lined, {"items": typed}) == {"items": read}


@pytest.mark.parametrize(
    ("typed", "field", "must"),
    [
        ('[{"line_item_id": 1', "items", 'a list such as [{"line_item_id": "17"}].'),
        (
            '[{"line_item_id": "1", "line_item_id": "2"}]',
            "items",
            'a list such as [{"line_item_id": "17"}].',
        ),
        ([True], "items.0", 'an object such as {"line_item_id": "17"}.'),
        ([["1"]], "items.0", 'an object such as {"line_item_id": "17"}.'),
        ({"line_item_id": "1,2", "reason": "a,b,c"}, "items.0.line_item_id", "look like 17."),
        ("soup", "items.0.line_item_id", "look like 17."),
    ],
)
def test_lines_that_could_be_any_are_refused_with_their_shape(
    typed: Any, field: str, must: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_input(Lined, {"items": typed})
    (error,) = caught.value.errors
    assert error.field == field
    assert error.detail.endswith(must)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("2026-02-04T09:08:06 02:00", 7), ("2026-02-04 09:08 0200", 7), ("2026-02-04 09:08", 9)],
)
def test_a_plus_that_an_address_has_made_a_blank_is_read(typed: str, hour: int) -> None:
    read = read_input(Forgiving, {"at": typed})["at"]
    assert (read.tzinfo, read.hour) == (UTC, hour)


def test_an_events_id_where_a_things_is_wanted_is_told_apart() -> None:
    (error,) = refusal({"table_id": "transaction:12:created", "dish": "soup"})
    assert error.detail.endswith(
        "it must look like 12; this is the ID of an event, not of the thing that it happened to."
    )
