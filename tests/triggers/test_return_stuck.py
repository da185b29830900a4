from datetime import timedelta
from typing import Any

import pytest

import app
from connector.blocks import InvalidInput, Kind, Topic, read_input, strange_words
from tests.schemas.documents import rma
from tests.stand_ins import NOON
from tests.triggers.happenings import shown_by

TRIGGER = app.CATALOGUE.triggers["return_stuck"]
SUMMARY = {"rmaSummary": rma()["rmaSummary"]}
STAY: dict[str, Any] = {"status": "Approved", "days": 7, "since": NOON - timedelta(days=7)}


def test_a_stay_is_shown_with_its_status_and_how_long_it_lasts() -> None:
    shown = shown_by("return_stuck", rma(), **STAY)
    assert shown is not None
    assert (shown["status"], shown["days"]) == ("Approved", 7)
    assert shown["in_status_since"] == "2026-01-28T12:00:00Z"
    assert (shown["rma_id"], shown["customer_name"]) == ("10030552", "Thandi Example")


def test_of_an_rma_that_was_only_listed_the_list_is_shown_and_nothing_else() -> None:
    shown = shown_by("return_stuck", SUMMARY, **STAY)
    assert shown is not None
    assert (shown["rma_number"], shown["order_name"]) == ("RMA10030552", "H12043")
    assert shown["items"] is shown["customer_name"] is None


@pytest.mark.parametrize(
    ("sent", "topic"),
    [
        ({}, Topic(Kind.RMA_STUCK, None, 7)),
        ({"days": "30"}, Topic(Kind.RMA_STUCK, None, 30)),
        ({"status": " approved", "days": 1}, Topic(Kind.RMA_STUCK, "Approved", 1)),
        ({"status": ["approved", "Approved"]}, Topic(Kind.RMA_STUCK, "Approved", 7)),
        ({"status": "Received, approved", "days": 1}, Topic(Kind.RMA_STUCK, None, 1)),
        ({"status": ["Received", "Approved"]}, Topic(Kind.RMA_STUCK, None, 7)),
    ],
)
def test_status_and_days_are_what_the_feed_is_asked_for(sent: dict[str, Any], topic: Topic) -> None:
    assert TRIGGER.topic_of(TRIGGER.own(read_input(TRIGGER.input_schema, sent))) == topic
    assert TRIGGER.topic_of(read_input(TRIGGER.filter_schema, sent)) == topic


def test_without_filters_it_asks_for_a_week_in_any_status() -> None:
    assert TRIGGER.topic == TRIGGER.topic_of({}) == Topic(Kind.RMA_STUCK, None, 7)


@pytest.mark.parametrize(
    ("filters", "is_shown"),
    [
        ({"days": 7}, True),
        ({"days": 14}, False),
        ({"days": 7, "status": "Approved"}, True),
        ({"days": 7, "status": "Received"}, False),
        ({"days": 7, "status": "Received,Approved"}, True),
        ({"days": 7, "status": "Received,Validated"}, False),
    ],
)
def test_a_stay_of_other_days_or_in_another_status_is_not_told(
    filters: dict[str, Any], is_shown: bool
) -> None:
    assert (shown_by("return_stuck", SUMMARY, filters, **STAY) is not None) == is_shown


@pytest.mark.parametrize(
    ("field", "value"),
    [("days", 0), ("days", 91), ("days", "1.5")],
)
def test_days_are_whole(field: str, value: Any) -> None:
    with pytest.raises(InvalidInput, match=field):
        read_input(TRIGGER.input_schema, {field: value})


@pytest.mark.parametrize("status", ["Done", "Lost"])
def test_a_status_in_which_nothing_is_open_is_told(status: str) -> None:
    call = read_input(TRIGGER.input_schema, {"status": f"{status},Approved"})
    (told,) = strange_words(TRIGGER.input_schema, call)
    assert told.startswith(f"status: '{status}' is not known here; known are Pending, Approved")
