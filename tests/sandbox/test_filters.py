from datetime import UTC, datetime

import pytest

from tests.sandbox.client import Caller

TIMES = ["2026-03-01T08:00:00", "2026-03-02T08:00:00", "2026-03-03T08:00:00"]


@pytest.mark.parametrize("path", ["/rmas", "/transactions"])
@pytest.mark.parametrize("size", [None, "", "0", "501", "-1", "1.5", "ten", " 5", "9999", "٥"])
def test_the_page_size_is_required_from_1_to_500(api: Caller, path: str, size: str | None) -> None:
    assert api.refusal(path, **({} if size is None else {"pagesize": size})) == 400


@pytest.mark.parametrize("path", ["/rmas", "/transactions"])
@pytest.mark.parametrize("size", [1, 500])
def test_the_page_size_may_be_at_either_end(api: Caller, path: str, size: int) -> None:
    assert api.get(path, pagesize=size).status_code == 200


def made(empty: Caller, path: str, field: str) -> dict[str, int]:
    """Make one row for each of the times; answer the ids by time."""
    body = {"created_at": "2026-01-01T00:00:00"} if field == "updated_at" else {}
    rows = [empty.control(path, **(body | {field: time})) for time in TIMES]
    ids = [int(row["id"] if "id" in row else row["rmaSummary"]["rmaId"]) for row in rows]
    return dict(zip(TIMES, ids, strict=True))


@pytest.mark.parametrize(
    ("path", "parameter", "field"),
    [
        ("rmas", "rma_created_at", "created_at"),
        ("rmas", "rma_updated_at", "updated_at"),
        ("transactions", "created_at", "created_at"),
        ("transactions", "updated_at", "updated_at"),
    ],
)
@pytest.mark.parametrize(
    ("criteria", "kept"),
    [
        (["lt:2026-03-02T08:00:00"], TIMES[:1]),
        (["lte:2026-03-02T08:00:00"], TIMES[:2]),
        (["gt:2026-03-02T08:00:00"], TIMES[2:]),
        (["gte:2026-03-02T08:00:00"], TIMES[1:]),
        (["eq:2026-03-02T08:00:00"], TIMES[1:2]),
        (["neq:2026-03-02T08:00:00"], [TIMES[0], TIMES[2]]),
        (["gte:2026-03-02T08:00:00", "lt:2026-03-03T08:00:00"], TIMES[1:2]),
        (["lt:2026-03-03T08:00:00", "gte:2026-03-02T08:00:00"], TIMES[1:2]),
        (["gt:2026-03-03T08:00:00"], []),
    ],
)
def test_times_filter_in_utc_and_all_criteria_hold(
    empty: Caller, path: str, parameter: str, field: str, criteria: list[str], kept: list[str]
) -> None:
    ids = made(empty, path, field)
    found = empty.ids(f"/{path}", **{parameter: criteria})
    assert sorted(found) == [ids[time] for time in kept]


@pytest.mark.parametrize(
    "criterion",
    [
        "",
        "2026-03-02T08:00:00",
        "gte",
        "gte:",
        "gte:2026-03-02",
        "gte:2026-03-02T08:00:00Z",
        "gte:2026-03-02T08:00:00+00:00",
        "gte:2026-03-02 08:00:00",
        "gte:2026-13-02T08:00:00",
        "gte:2026-02-30T08:00:00",
        "GTE:2026-03-02T08:00:00",
        "like:2026-03-02T08:00:00",
    ],
)
@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/rmas", "rma_created_at"),
        ("/rmas", "rma_updated_at"),
        ("/transactions", "created_at"),
        ("/transactions", "updated_at"),
    ],
)
def test_a_malformed_criterion_is_400_beside_a_good_one_too(
    api: Caller, path: str, parameter: str, criterion: str
) -> None:
    good = "gte:2026-03-02T08:00:00"
    assert api.refusal(path, pagesize=1, **{parameter: [good, criterion]}) == 400


def test_a_bound_of_this_second_holds_for_what_happened_within_it(empty: Caller) -> None:
    empty.app.simulation.clock.set(datetime(2026, 3, 4, 5, 6, 7, 999_000, tzinfo=UTC))
    empty.control("rmas")
    assert len(empty.ids("/rmas", rma_updated_at="eq:2026-03-04T05:06:07")) == 1
