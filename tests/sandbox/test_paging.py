from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.sandbox.app import create_app
from tests.sandbox.client import Caller, Time

PATHS = ["/rmas", "/transactions"]
SORTS = {
    "/rmas": ["", "-rma_created_at", "+rma_updated_at", "+rma_created_at,-rma_updated_at"],
    "/transactions": ["", "-created_at", "+updated_at", "+created_at,-updated_at"],
}
SHARED = Caller(create_app(now=Time().now, daily_limit=10**9, second_limit=10**9))
"""A sandbox that these tests only read, so that one serves all examples."""

path_and_sort = st.sampled_from([(path, sort) for path in PATHS for sort in SORTS[path]])


def rows_of(answer: dict[str, Any]) -> list[Any]:
    return list(answer.get("rmas", answer.get("transactions", ())))


def row_id(row: dict[str, Any]) -> int:
    return int(row.get("rmaId") or row["id"])


def pages(api: Caller, path: str, size: int, **query: Any) -> Iterator[list[int]]:
    """Read page after page, as long as there is a cursor."""
    cursor: dict[str, str] = {}
    for _ in range(1000):  # more than there are rows: a cursor that stands still must not hang
        answer = api.read(path, pagesize=size, **query, **cursor)
        yield [row_id(row) for row in rows_of(answer)]
        if not answer.get("next_cursor"):
            return
        cursor = {"cursor": answer["next_cursor"]}
    raise AssertionError("The pages do not end")


@settings(max_examples=60)
@given(path_and_sort, st.integers(1, 500))
def test_the_pages_together_are_the_whole_list(path_sort: tuple[str, str], size: int) -> None:
    path, sort = path_sort
    whole = SHARED.ids(path, sort_by=sort)
    seen = list(pages(SHARED, path, size, sort_by=sort))
    assert [row for page in seen for row in page] == whole
    assert all(len(page) == size for page in seen[:-1])


@settings(max_examples=40)
@given(
    st.sampled_from(PATHS),
    st.integers(1, 4),
    st.lists(st.sampled_from(["read", "add", "add", "touch"]), max_size=25),
)
def test_rows_that_come_while_paging_behave_as_in_a_database(
    path: str, size: int, steps: list[str]
) -> None:
    time = Time()
    api = Caller(create_app(now=time.now, second_limit=10**9, empty=True))
    kind = path[1:]
    before = [made(api, kind) for _ in range(7)]
    added: list[int] = []
    reader = pages(api, path, size)
    seen = list(next(reader))
    for step in steps:
        time.forward(seconds=1)
        if step == "add":
            added.append(made(api, kind))
        elif step == "touch":
            touch(api, kind, before[0])
        else:
            seen += next(reader, [])
    seen += [row for page in reader for row in page]
    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen)
    if path == "/rmas":  # newest first: what comes later stands above the first page
        assert seen == sorted(before, reverse=True)
    else:  # oldest first: what comes later is still ahead, unless the last page has been read
        assert seen == sorted(seen)
        assert seen[7:] == added[: len(seen) - 7]


def made(api: Caller, kind: str) -> int:
    answer = api.control(kind)
    return row_id(answer.get("rmaSummary", answer))


def touch(api: Caller, kind: str, row: int) -> None:
    if kind == "transactions":
        api.put(f"/transaction/{row}", {"processor": "Other"})
    else:
        api.post(f"/rma/{row}/comment", {"htmlText": "x"})


def test_a_row_that_moves_behind_the_reader_is_missed_as_in_a_database(
    empty: Caller, time: Time
) -> None:
    rmas = []
    for _ in range(4):
        time.forward(seconds=1)
        rmas.append(made(empty, "rmas"))
    reader = pages(empty, "/rmas", 2, sort_by="-rma_updated_at")
    assert next(reader) == [rmas[3], rmas[2]]
    time.forward(seconds=1)
    empty.control(f"rmas/{rmas[0]}/status")
    time.forward(seconds=8)
    assert [row for page in reader for row in page] == [rmas[1]]


@pytest.mark.parametrize("path", PATHS)
def test_a_filter_holds_for_the_page_that_it_is_sent_with_only(api: Caller, path: str) -> None:
    name, word = ("status", "Done") if path == "/rmas" else ("statuses", "Success")
    first = api.read(path, pagesize=5, **{name: word})
    rows = rows_of(api.read(path, pagesize=500, cursor=first["next_cursor"]))
    assert {row["status"] for row in rows} > {word}


def test_without_a_sort_returns_come_newest_id_first(api: Caller) -> None:
    ids = api.ids("/rmas")
    assert ids == sorted(ids, reverse=True)


def test_without_a_sort_transactions_come_oldest_id_first(api: Caller) -> None:
    ids = api.ids("/transactions")
    assert ids == sorted(ids)


def test_a_cursor_of_returns_names_the_id_where_the_next_page_starts(api: Caller) -> None:
    ids = api.ids("/rmas")
    cursor = api.read("/rmas", pagesize=3)["next_cursor"]
    assert b64decode(cursor).decode() == f"returns.id:{ids[3]}"


def test_a_cursor_of_transactions_names_the_last_rows_id(api: Caller) -> None:
    ids = api.ids("/transactions")
    cursor = api.read("/transactions", pagesize=3)["next_cursor"]
    assert b64decode(cursor).decode() == str(ids[2])


def test_a_sort_names_its_columns_and_directions(api: Caller, time: Time) -> None:
    newest = made(api, "rmas")
    time.forward(seconds=1)
    moved = api.ids("/rmas", status="Pending")[-1]
    api.control(f"rmas/{moved}/status")
    time.forward(seconds=8)
    assert api.ids("/rmas", sort_by="-rma_updated_at")[0] == moved
    assert api.ids("/rmas", sort_by="+rma_updated_at")[-1] == moved
    assert api.ids("/rmas", sort_by="-rma_created_at")[0] == newest
    assert api.ids("/rmas", sort_by="+rma_created_at")[-1] == newest


def test_equal_times_fall_back_on_the_next_column_and_then_on_the_id(empty: Caller) -> None:
    day = "2026-03-01T00:00:0"
    rows = [
        empty.control("transactions", created_at=day + "0", updated_at=day + updated)["id"]
        for updated in ("2", "1", "2")
    ]
    assert empty.ids("/transactions", sort_by="-created_at,+updated_at") == [
        rows[1],
        rows[0],
        rows[2],
    ]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "sort", ["rma_created_at", " rma_created_at", "+nothing", "-", "+", "-created_at,", "-id"]
)
def test_an_unknown_or_unsigned_sort_is_400(api: Caller, path: str, sort: str) -> None:
    assert api.refusal(path, pagesize=1, sort_by=sort) == 400


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("path", "cursor"),
    [
        *[
            (path, cursor)
            for path in PATHS
            for cursor in ("!", "abc", "é", encoded("é"), encoded(" "), encoded("x:y"), "====")
        ],
        ("/rmas", encoded("12")),
        ("/rmas", encoded("returns.id:")),
        ("/rmas", encoded("returns.id:x")),
        ("/rmas", encoded("returns.id:" + "9" * 20)),
        ("/rmas", encoded("returns.rma_created_at:2026-01-01T00:00:00+00:00,returns.id:1")),
        ("/rmas", encoded("returns.id:1,returns.id:2")),
        ("/transactions", encoded("1,2")),
        ("/transactions", encoded("returns.id:12")),
        ("/transactions", encoded("2026-01-01T00:00:00+00:00,1")),
    ],
)
def test_an_undecodable_cursor_is_400(api: Caller, path: str, cursor: str) -> None:
    assert api.refusal(path, pagesize=1, cursor=cursor) == 400


@pytest.mark.parametrize("path", PATHS)
def test_a_cursor_of_another_sort_is_400(api: Caller, path: str) -> None:
    cursor = api.read(path, pagesize=1, sort_by=SORTS[path][1])["next_cursor"]
    assert api.refusal(path, pagesize=1, cursor=cursor) == 400


def test_a_cursor_outlives_the_row_that_it_names(api: Caller) -> None:
    ids = api.ids("/transactions")
    del api.world.transactions[ids[2]]
    assert next(pages(api, "/transactions", 2, cursor=encoded(str(ids[2])))) == ids[3:5]


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_cursor_starts_over(api: Caller, path: str) -> None:
    assert next(pages(api, path, 2)) == next(pages(api, path, 2, cursor=""))


def test_the_last_page_says_so_in_each_of_three_ways_and_always_in_the_same(api: Caller) -> None:
    ways = set()
    for rma in api.ids("/rmas")[-30:]:
        query = {"pagesize": 500, "cursor": encoded(f"returns.id:{rma}")}
        answer = api.read("/rmas", **query)
        assert answer == api.read("/rmas", **query)
        ways.add(answer.get("next_cursor", "absent"))
    assert ways == {"absent", None, ""}


def test_a_full_last_page_of_returns_has_no_cursor(empty: Caller) -> None:
    empty.control("rmas", count=4)
    assert [len(page) for page in pages(empty, "/rmas", 2)] == [2, 2]


def test_a_full_last_page_of_transactions_leads_to_an_empty_one(empty: Caller) -> None:
    empty.control("transactions", count=4)
    assert [len(page) for page in pages(empty, "/transactions", 2)] == [2, 2, 0]
