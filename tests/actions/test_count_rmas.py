from typing import Any

import pytest
from jsonschema import Draft202012Validator

import app
from connector.blocks import KnownSearch, RmaCount, json_schema, read_input
from tests.known import HandKnowledge
from tests.processes import SHOPS
from tests.stand_ins import NOON

SEARCH = app.CATALOGUE.searches["count_rmas"]
DEMO, OUTLET = SHOPS


def row(status: str, count: int, lacking: int = 0, shop: str = DEMO) -> RmaCount:
    return RmaCount(
        shop=shop,
        status=status,
        count=count,
        without_tracking_number=lacking,
        tracking_unknown=1,
        as_of=NOON,
    )


NEVER_LISTED = RmaCount(
    shop=OUTLET,
    status=None,
    count=None,
    without_tracking_number=0,
    tracking_unknown=0,
    as_of=None,
)
KNOWN = HandKnowledge([row("Pending", 3), row("Approved", 12, 4), NEVER_LISTED])


def ask(shops: tuple[str, ...] = SHOPS, **typed: Any) -> list[dict[str, Any]]:
    assert isinstance(SEARCH, KnownSearch)
    return SEARCH.look_up(KNOWN, shops, read_input(SEARCH.input_schema, typed))


def test_each_row_counts_a_status_of_a_shop_and_says_as_of_when() -> None:
    assert ask((DEMO,))[1] == {
        "id": f"{DEMO}:Approved",
        "shop": DEMO,
        "status": "Approved",
        "count": 12,
        "without_tracking_number": 4,
        "tracking_unknown": 1,
        "as_of": "2026-02-04T12:00:00Z",
    }


def test_what_is_shown_is_as_published() -> None:
    for shown in ask():
        Draft202012Validator(json_schema(SEARCH.output_schema)).validate(shown)


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("approved", ["Approved"]),
        ("Approved, pending", ["Pending", "Approved"]),
        ("Received", []),
        ("", ["Pending", "Approved"]),
    ],
)
def test_a_status_is_chosen_among_the_rows(status: str, shown: list[str]) -> None:
    assert [each["status"] for each in ask((DEMO,), status=status)] == shown


@pytest.mark.parametrize("status", ["", "Approved"])
def test_a_shop_that_was_never_listed_says_so_whatever_is_asked(status: str) -> None:
    (shown,) = ask((OUTLET,), status=status)
    assert shown["id"] == f"{OUTLET}:unknown"
    assert shown["status"] is shown["count"] is shown["as_of"] is None


def test_no_more_rows_come_than_are_wanted_and_by_itself_all() -> None:
    assert len(ask()) == 3
    assert len(ask(limit="1")) == 1
