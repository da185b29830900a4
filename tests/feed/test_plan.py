"""When each list is read next, and why then: it is read then, and not before."""

from datetime import timedelta

import pytest

from connector.feed.pace.wait import Reason
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO
from triggers.new_rma import block as new_rma
from triggers.new_transaction import block as new_transaction

A_SECOND = timedelta(seconds=1)


def test_nothing_is_planned_before_anybody_polls(feed, connection):
    assert feed.plan(connection) == []


@pytest.mark.two_shops
@pytest.mark.parametrize(("daily", "reason"), [(100_000, "FRESHNESS"), (2000, "CALLS")])
def test_a_list_is_read_when_the_plan_says_and_not_before(
    open_feed, connection, world, clock, daily, reason
):
    feed = open_feed(daily=daily)
    for trigger in (new_rma, new_transaction):
        feed.poll(connection, trigger, {"raw": False})
    plan = feed.plan(connection)
    assert [(each.shop, each.resource) for each in plan] == [
        (shop, resource) for shop in connection.shops for resource in ("rmas", "transactions")
    ]
    first = plan[0]
    assert first.reason is Reason[reason]
    assert first.read_at is not None
    assert first.due_at is not None
    assert first.due_at - first.read_at >= FRESHNESS
    world.forget_calls()
    for at, is_read in ((first.due_at - A_SECOND, False), (first.due_at, True)):
        clock.advance(at - clock.now())
        feed.poll(connection, new_rma, {"raw": False, "shop": DEMO})
        assert bool(world.calls()) == is_read


def test_a_shop_that_cannot_be_read_is_tried_again_when_the_plan_says(
    feed, connection, world, clock
):
    feed.poll(connection, new_rma, {"raw": False})
    world.trouble(status=503, count=None)
    clock.advance(2 * FRESHNESS)
    feed.poll(connection, new_rma, {"raw": False})
    plan = feed.plan(connection)
    assert {each.reason for each in plan} == {Reason.FAILURE}
    assert all(each.due_at is None or each.due_at > clock.now() for each in plan)


def test_a_silent_shop_is_read_at_the_ceiling_all_the_same(open_feed, connection, clock):
    ceiling = timedelta(minutes=5)
    feed = open_feed(daily=2000, ceiling=ceiling)
    for days in (0, 4):  # by then its silence is known
        clock.advance(timedelta(days=days))
        feed.poll(connection, new_rma, {"raw": False})
    plan = feed.plan(connection)
    assert {each.reason for each in plan} == {Reason.CEILING}
    assert all(each.due_at - each.read_at == ceiling for each in plan)
