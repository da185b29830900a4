"""How the log is read: as ranges of an index, however many shops there are."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from connector.blocks import Kind
from connector.feed.log.reader import places_of
from connector.store import Store
from tests.conftest import opened
from tests.databases import DATABASES, Migrated

EVENTS = 20_000
STREAMS = 30
NOTED = EVENTS - 50
SIZE = 26
SERIES = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    " SELECT i FROM n)",
    "postgresql": "(SELECT generate_series(1, {count}) AS i)",
}


@pytest.fixture(scope="module", params=DATABASES)
def full(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated: Migrated
) -> Iterator[Store]:
    """A log of many events of thirty shops, which is only read; in every sort of database."""
    with request.param(tmp_path_factory.mktemp("full"), migrated) as url:
        for store in opened(url):
            fill(store)
            yield store


def fill(store: Store) -> None:
    def series(count: int) -> str:
        return SERIES[store.engine.dialect.name].format(count=count) + " AS numbers"

    with store.write() as database:
        database.execute(
            text(
                "INSERT INTO stream (id, connection, key_id, shop, resource, baseline_from, since,"
                " asked_at, failures) SELECT i, 'operator', 'key', 'shop-' || i, 'rmas', 0, 0, 0, 0"
                f" FROM {series(STREAMS)}"
            )
        )
        database.execute(
            text(
                "INSERT INTO event (stream_id, key, kind, resource_id, status, found_at, seq)"
                f" SELECT 1 + i % {STREAMS}, 'key-' || i, :kind, '1', 'Approved', 0, i"
                f" FROM {series(EVENTS)}"
            ),
            {"kind": Kind.RMA_STATUS_CHANGED.value},
        )
        database.execute(
            text(
                "INSERT INTO sieve (id, stream_id, trigger, form, until)"
                f" SELECT i, i, 'a trigger', 'a form', {NOTED} FROM {series(STREAMS)}"
            )
        )
        for digest, every in ((1, 1), (2, 7)):
            database.execute(
                text(
                    "INSERT INTO facet (sieve_id, digest, seq, event_id)"
                    f" SELECT stream_id, {digest}, seq, id FROM event"
                    f" WHERE seq <= {NOTED} AND seq % {every} = 0"
                )
            )
    with store.write() as database:
        database.execute(text("ANALYZE"))


def plan_of(database: Connection, statement: Any, given: dict[str, Any]) -> list[str]:
    """Return the steps by which the database would run a statement."""
    compiled = statement.compile(database)
    values = {**compiled.params, **given}
    cursor = database.connection.cursor()
    if database.dialect.name == "sqlite":
        asked = [values[name] for name in compiled.positiontup]
        rows = cursor.execute(f"EXPLAIN QUERY PLAN {compiled}", asked).fetchall()
        return [row[3] for row in rows]
    cursor.execute(f"EXPLAIN (FORMAT JSON) {compiled}", values)
    (found,) = cursor.fetchall()
    return list(nodes(json.loads(found[0]) if isinstance(found[0], str) else found[0]))


def nodes(plan: Any) -> Any:
    if isinstance(plan, list):
        for each in plan:
            yield from nodes(each)
    elif isinstance(plan, dict):
        yield from [plan["Node Type"]] if "Node Type" in plan else []
        for name in ("Plan", "Plans"):
            yield from nodes(plan.get(name))


@pytest.mark.parametrize("streams", [1, 2, STREAMS])
@pytest.mark.parametrize("is_backwards", [True, False])
@pytest.mark.parametrize("status", [None, "Approved"])
@pytest.mark.parametrize("groups", [(), (1,), (2,), (1, 1), (2, 1), (1, 2), (2, 2)])
def test_a_page_is_a_range_of_an_index_without_a_sort_whatever_the_number_of_shops(
    full: Store, streams: int, is_backwards: bool, status: str | None, groups: tuple[int, ...]
) -> None:
    dialect = full.engine.dialect.name
    statement = places_of(
        dialect,
        Kind.RMA_STATUS_CHANGED,
        status,
        streams,
        is_backwards=is_backwards,
        groups=groups,
    )
    shops = {f"stream_{number}": number + 1 for number in range(streams)}
    sieves = {f"sieve_{number}": number + 1 for number in range(streams)}
    until = {f"until_{number}": NOTED for number in range(streams)}
    # the digests of both facets that there are, then of none
    digests = {
        f"digest_{group}_{each}": group + 1 if each == 0 else 2 + each
        for group, size in enumerate(groups)
        for each in range(size)
    }
    known = {**sieves, **until, **digests} if groups else {}
    given = {**shops, **known, "edge": EVENTS // 2, "size": SIZE}
    with full.read() as database:
        found = [row.seq for row in database.execute(statement, given)]
        steps = plan_of(database, statement, given)
    assert found == sorted(found, reverse=is_backwards)
    assert len(found) == SIZE
    wrong = ("Sort", "Incremental Sort", "Seq Scan", "USE TEMP B-TREE FOR ORDER BY", "SCAN event")
    assert not {*steps} & {*wrong}, steps
