"""What a poll costs where nothing is due: statements and transactions, whatever the shops."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.feed.returngo import DEMO
from triggers.new_rma import block as new_rma

RMAS = 5
A_SECOND = timedelta(seconds=1)
CALL = {"raw": False, "limit": 3}
LIMIT = 4  # and one more, to see that there are more: that one was not shown before
# That the schema is ours, the streams, the day's calls, who shares them, where the log ends.
SETTLED = 5


@pytest.fixture
def asked(store):
    """List the statements that the database is asked from now on, without what begins and ends."""
    statements: list[str] = []
    begun: list[object] = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    def begin(connection):
        begun.append(connection)

    event.listen(store.engine, "before_cursor_execute", note)
    event.listen(store.engine, "begin", begin)
    yield statements, begun
    event.remove(store.engine, "before_cursor_execute", note)
    event.remove(store.engine, "begin", begin)


@pytest.mark.parametrize("shops", [1, 2, 30])
@pytest.mark.parametrize(
    ("ways", "costs"),
    [((), (SETTLED, 0)), (("after",), (SETTLED + 1, 0)), (("limit",), (SETTLED + 2, 1))],
    ids=["asked before", "after the newest", "first asked"],
)
def test_a_poll_costs_one_transaction_and_as_many_statements_whatever_the_shops(
    feed, connection, world, clock, asked, opened, shops, ways, costs
):
    for _ in range(RMAS):
        world.rma()
    portals = [f"{DEMO}@Portal {number}" for number in range(1, shops)]
    connection = replace(connection, shops=(DEMO, *portals))
    first = feed.poll(connection, new_rma, CALL)
    call = {**CALL, **{way: first.objects[0]["id"] if way == "after" else LIMIT for way in ways}}
    if "after" in ways:
        feed.poll(connection, new_rma, call)
    clock.advance(A_SECOND)
    statements, begun = asked
    statements.clear()
    begun.clear()
    opened.clear()
    feed.poll(connection, new_rma, call)
    assert (len(statements), len(opened)) == costs, statements
    assert len(begun) == 1


@pytest.mark.parametrize("shops", [1, 30])
def test_a_step_of_a_walk_costs_one_transaction_and_as_many_statements_whatever_the_shops(
    feed, connection, world, asked, shops
):
    world.rma()
    portals = [f"{DEMO}@Portal {number}" for number in range(1, shops)]
    connection = replace(connection, shops=(DEMO, *portals))
    place = feed.batch(connection, new_rma, {"raw": False}).place
    statements, begun = asked
    statements.clear()
    begun.clear()
    step = feed.batch(connection, new_rma, {"raw": False, "limit": 3, "after": place})
    assert step.objects == []
    # what came after the place is asked for instead of where the log ends, which was asked before
    assert len(statements) == SETTLED + 1, statements
    assert len(begun) == 1
