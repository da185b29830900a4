import inspect
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import simplejson
from hypothesis import given
from hypothesis import strategies as st

from connector.returngo import (
    BadRequest,
    DayQuotaReached,
    KeyRefused,
    NotFound,
    QuotaReached,
    Refused,
    ReturnGOError,
    ShopRefused,
    Throttled,
    TimedOut,
    TokenQuotaReached,
    Unavailable,
    Undecided,
    errors,
)
from connector.returngo.answers import LONGEST_MESSAGE, Answer, read, read_object, read_page
from connector.returngo.transport import RawAnswer

REQUEST_ID = "6d1f0f0e-0000-4000-8000-5b1c2f3a4d5e"


def raw(status: int = 200, body: object = b"{}", **headers: str) -> RawAnswer:
    if not isinstance(body, bytes):
        body = simplejson.dumps(body).encode()
    return RawAnswer(status, {"x-amzn-requestid": REQUEST_ID, **headers}, body)


def error_of(answer: RawAnswer) -> ReturnGOError:
    with pytest.raises(ReturnGOError) as error:
        read(answer)
    return error.value


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "Invalid transition", BadRequest),
        (401, "Unauthorized", KeyRefused),
        (401, None, KeyRefused),
        (403, "Forbidden", KeyRefused),
        (403, "No such shop for this user", ShopRefused),
        (403, None, ShopRefused),
        (404, "RMA not found", NotFound),
        (404, None, NotFound),
        (405, "Method Not Allowed", BadRequest),
        (408, None, Unavailable),
        (409, "Conflict", BadRequest),
        (413, None, BadRequest),
        (422, "Unprocessable", BadRequest),
        (429, "Too Many Requests", Throttled),
        (429, "Limit Exceeded", DayQuotaReached),
        (429, None, Throttled),
        (429, "limit exceeded, perhaps", Throttled),
        (301, None, Unavailable),
        (302, "Limit Exceeded", Unavailable),
        (500, "Internal", Unavailable),
        (502, None, Unavailable),
        (503, "Forbidden", Unavailable),
        (504, None, Unavailable),
        (599, None, Unavailable),
    ],
)
def test_each_status_is_sorted_into_its_kind(
    status: int, message: str | None, kind: type[ReturnGOError]
):
    error = error_of(raw(status, b"" if message is None else {"message": message}))

    assert type(error) is kind
    assert error.request_id == REQUEST_ID
    assert str(error).startswith("ReturnGO ")


@pytest.mark.parametrize("status", [200, 201, 204])
def test_every_good_status_is_good(status: int):
    assert read(raw(status, b"")) == Answer({}, None, REQUEST_ID)


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html></html>",
        b'{"rmas": [{"rmaId": "98',
        b"\xff\xfe",
        b"NaN",
        b'{"amount": Infinity}',
        b"[" * 100_000,
        b"1" * 5000,
        b"{} {}",
        b"\x00",
    ],
    ids=["html", "truncated", "no text", "nan", "infinity", "deep", "long", "two", "nul"],
)
def test_what_is_not_json_is_an_outage_not_an_answer(body: bytes):
    error = error_of(raw(200, body))

    assert isinstance(error, Unavailable)
    assert error.request_id == REQUEST_ID


@given(st.integers(100, 599), st.binary(max_size=40), st.text(max_size=30))
def test_whatever_comes_is_an_answer_or_an_error_of_ours(status: int, body: bytes, date: str):
    try:
        answer = read(raw(status, body, Date=date))
    except ReturnGOError as error:
        found: object = error.request_id
    else:
        found = answer.request_id

    assert found == REQUEST_ID


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b"null",
        b'"words"',
        b'{"message": null}',
        b'{"message": {"a": 1}}',
        b"\xff",
        b"[" * 100_000,
    ],
    ids=["html", "list", "null", "text", "no words", "object", "no text", "deep"],
)
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_an_error_of_any_shape_is_still_sorted(status: int, body: bytes):
    assert str(error_of(raw(status, body))).endswith(".")


@pytest.mark.parametrize("status", [400, 404, 422])
def test_what_returngo_said_is_passed_on_but_not_all_of_something_huge(status: int):
    assert str(error_of(raw(status, {"message": "Invalid id"}))).endswith(": Invalid id")
    assert len(str(error_of(raw(status, {"message": "x" * 10_000})))) < LONGEST_MESSAGE + 50


@pytest.mark.parametrize("amount", ["0.10", "1119.60", "199.0", "12345678901234567890.12", "1E+2"])
def test_money_keeps_every_digit(amount: str):
    document = read(raw(200, f'{{"amount": {amount}}}'.encode())).document

    assert document["amount"].as_tuple() == Decimal(amount).as_tuple()


def test_a_whole_number_of_any_size_stays_whole():
    assert read(raw(200, b'{"id": 12345678901234567890}')).document["id"] == 12345678901234567890


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Wed, 04 Feb 2026 12:00:00 GMT", datetime(2026, 2, 4, 12, tzinfo=UTC)),
        ("Wed, 04 Feb 2026 14:00:00 +0200", datetime(2026, 2, 4, 12, tzinfo=UTC)),
        ("Wed, 04 Feb 2026 12:00:00 -0000", datetime(2026, 2, 4, 12, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("Wed, 99 Feb 2026 12:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_returngos_own_clock_is_read_where_it_can_be(text: str, date: datetime | None):
    assert read(raw(Date=text)).date == date


def test_no_request_id_is_no_error():
    assert read(RawAnswer(200, {}, b"{}")).request_id is None
    assert error_of(RawAnswer(500, {}, b"")).request_id is None


def answer(document: object) -> Answer:
    return Answer(document, None, REQUEST_ID)


@pytest.mark.parametrize("end", [{}, {"next_cursor": None}, {"next_cursor": ""}])
def test_the_last_page_has_no_cursor(end: dict[str, str]):
    page = read_page(answer({"rmas": [{"rmaId": "1"}], **end}), "rmas")

    assert page.rows == [{"rmaId": "1"}]
    assert page.next_cursor is None


def test_a_page_may_be_empty_and_still_have_a_next():
    page = read_page(answer({"rmas": [], "next_cursor": "cmV0"}), "rmas")

    assert (page.rows, page.next_cursor) == ([], "cmV0")


@pytest.mark.parametrize(
    "document",
    [{}, [], None, "rmas", {"rmas": None}, {"rmas": {}}, {"rmas": ["1"]}, {"transactions": []}],
)
def test_a_page_without_rows_is_an_outage_not_an_empty_page(document: object):
    with pytest.raises(Unavailable) as error:
        read_page(answer(document), "rmas")
    assert error.value.request_id == REQUEST_ID


@pytest.mark.parametrize("document", [[], None, "text", 1])
def test_what_should_be_an_object_and_is_not_is_an_outage(document: object):
    with pytest.raises(Unavailable) as error:
        read_object(answer(document))
    assert error.value.request_id == REQUEST_ID


def test_errors_are_sorted_by_what_can_be_done_about_them():
    refused = {BadRequest, KeyRefused, ShopRefused, NotFound, Undecided}
    assert refused == set(Refused.__subclasses__())
    assert set(Unavailable.__subclasses__()) == {TimedOut}
    assert {Throttled, DayQuotaReached, TokenQuotaReached} == set(QuotaReached.__subclasses__())


def test_the_tree_of_errors_is_drawn_whole():
    allocated = errors.__doc__ or ""
    kinds = [name for name, kind in inspect.getmembers(errors, inspect.isclass)]

    assert [name for name in kinds if name not in allocated] == []
