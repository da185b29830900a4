"""When ReturnGO says that it was too much, whatever the bridge's own count says."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

import app
from connector.budget import Budget
from connector.connections import Connection
from connector.feed import Feed
from connector.feed.streams.streams import STREAM_RETRIES
from connector.returngo import DayQuotaReached, Transport, Upstream
from connector.returngo.caller import ATTEMPTS
from connector.store import Store
from tests.feed.conftest import FRESHNESS
from tests.feed.histories import SHOPS
from tests.feed.returngo import World
from tests.stand_ins import HandClock

NEW = app.CATALOGUE.triggers["new_rma"]
MOVES = app.CATALOGUE.triggers["shipment_status_changed"]
STATUSES = app.CATALOGUE.triggers["rma_status_changed"]
TRANSACTIONS = app.CATALOGUE.triggers["transaction_updated"]
ALL = (NEW, STATUSES, MOVES, TRANSACTIONS)
MINUTE = timedelta(minutes=1)
TO_MIDNIGHT = timedelta(hours=12)

PollFor = Callable[[Feed, timedelta], None]


@pytest.fixture
def poll_for(connection: Connection, clock: HandClock) -> PollFor:
    """Let clients poll all triggers for a while: each minute, or now and then if it is long."""

    def poll_(feed: Feed, span: timedelta) -> None:
        end = clock.now() + span
        pause = max(MINUTE, span / 24)
        while clock.now() < end:
            for trigger in ALL:
                feed.poll(connection, trigger, {"raw": False})
            clock.advance(pause)

    return poll_


@pytest.fixture
def act(
    store: Store, transport: Transport, connection: Connection, clock: HandClock
) -> Callable[..., None]:
    """Do what a user asks for, with a limit of so many calls a day."""

    def act_(*, daily: int = 100_000) -> None:
        budget = Budget(store, daily=daily, second=100_000, clock=clock)
        Upstream(transport, budget, clock).open(connection, SHOPS[0]).list_rmas(pagesize=1)

    return act_


def used(world: World) -> int:
    return world.sandbox.simulation.gate.used()["demo-key"]


def share_with_others(world: World, count: int) -> None:
    """Other software spends of the same key."""
    world.sandbox.simulation.gate.set_used("demo-key", used(world) + count)


def test_a_spent_day_costs_one_call_and_reading_rests_until_midnight(
    feed: Feed, world: World, clock: HandClock, poll_for: PollFor
):
    world.rma()
    poll_for(feed, 3 * MINUTE)
    midnight = clock.now().replace(hour=0, minute=0, second=0) + timedelta(days=1)
    world.forget_calls()
    world.spend_the_day()
    poll_for(feed, midnight - clock.now() - MINUTE)
    assert len(world.calls()) == 1
    clock.advance(midnight - clock.now())
    poll_for(feed, 2 * MINUTE)
    assert len(world.calls("/rmas")) > len(SHOPS)


def test_what_happened_while_the_day_was_spent_is_told_after_midnight(
    feed: Feed, world: World, clock: HandClock, poll_for: PollFor, connection: Connection
):
    poll_for(feed, MINUTE)
    world.spend_the_day()
    poll_for(feed, MINUTE)
    rma = world.rma()
    page = feed.poll(connection, NEW, {"raw": False})
    assert page.objects == []
    clock.advance(TO_MIDNIGHT)
    page = feed.poll(connection, NEW, {"raw": False})
    assert [shown["rma_id"] for shown in page.objects] == [str(rma.id)]


def test_an_action_that_finds_the_day_spent_has_reading_rest_too(
    feed: Feed,
    world: World,
    clock: HandClock,
    poll_for: PollFor,
    act: Callable[..., None],
):
    poll_for(feed, MINUTE)
    world.forget_calls()
    world.spend_the_day()
    with pytest.raises(DayQuotaReached) as told:
        act()
    left = 24 * 3600 - (clock.now() - clock.now().replace(hour=0, minute=0)).total_seconds()
    assert left <= told.value.retry_after < left + 1
    poll_for(feed, 3 * timedelta(hours=1))
    assert len(world.calls()) == 1


def test_a_throttle_makes_reading_wait_longer_each_time(
    feed: Feed, world: World, clock: HandClock, connection: Connection
):
    feed.poll(connection, NEW, {"raw": False})
    clock.advance(FRESHNESS)
    world.throttle()
    world.forget_calls()
    tried_at = []
    for _ in range(50):
        before = len(world.calls())
        feed.poll(connection, NEW, {"raw": False, "shop": SHOPS[0]})
        if len(world.calls()) > before:
            tried_at.append(clock.now())
            assert len(world.calls()) - before <= ATTEMPTS
        clock.advance(MINUTE)
    waits = [round((after - before) / MINUTE) for before, after in pairwise(tried_at)]
    assert waits == sorted(waits)
    assert waits[-1] > 10
    world.heal()
    rma = world.rma()
    clock.advance(STREAM_RETRIES.steps[-1])
    page = feed.poll(connection, NEW, {"raw": False})
    assert str(rma.id) in [shown["rma_id"] for shown in page.objects]


@pytest.mark.two_shops
def test_a_throttle_does_not_close_the_day(
    feed: Feed, world: World, clock: HandClock, budget: Budget, connection: Connection
):
    world.throttle(1)
    feed.poll(connection, NEW, {"raw": False})
    assert budget.balance(connection.key_id).remaining > 0
    clock.advance(FRESHNESS)
    before = len(world.calls())
    feed.poll(connection, NEW, {"raw": False})
    assert len(world.calls()) == before + len(SHOPS)


@pytest.mark.two_shops
def test_a_key_that_others_use_too_is_never_asked_more_than_once_in_vain(
    open_feed: Callable[..., Feed], world: World, poll_for: PollFor, clock: HandClock
):
    """They spend half; ReturnGO refuses earlier than the bridge's own count would tell."""
    world.sandbox.simulation.gate.daily = 400
    feed = open_feed(daily=400)
    poll_for(feed, timedelta(hours=1))
    share_with_others(world, 300)
    poll_for(feed, timedelta(hours=10))
    calls = world.sandbox.simulation.calls
    assert sum(call.status == 429 for call in calls) == 1
    assert used(world) == 400
    clock.advance(timedelta(hours=1))
    world.forget_calls()
    poll_for(feed, timedelta(hours=1))
    assert {call.status for call in world.sandbox.simulation.calls} == {200}


@pytest.mark.two_shops
def test_a_limit_that_support_has_lowered_holds_from_the_next_start(
    open_feed: Callable[..., Feed],
    world: World,
    poll_for: PollFor,
    connection: Connection,
    act: Callable[..., None],
):
    poll_for(open_feed(daily=400), timedelta(hours=6))
    spent = len(world.calls())
    assert spent > 50
    lowered = open_feed(daily=50)
    poll_for(lowered, timedelta(hours=5))
    assert len(world.calls()) == spent
    assert lowered.poll(connection, NEW, {"raw": False}).age > 3600
    with pytest.raises(DayQuotaReached) as told:
        act(daily=50)
    assert told.value.retry_after > 0
    assert len(world.calls()) == spent


@pytest.mark.two_shops
def test_a_limit_that_support_has_raised_lets_reading_go_on_at_once(
    open_feed: Callable[..., Feed],
    world: World,
    poll_for: PollFor,
    connection: Connection,
):
    world.sandbox.simulation.gate.daily = 40
    poll_for(open_feed(daily=40), timedelta(hours=11, minutes=20))
    slow = open_feed(daily=40).poll(connection, NEW, {"raw": False}).age
    assert slow > 180
    world.sandbox.simulation.gate.daily = 4000
    raised = open_feed(daily=4000)
    poll_for(raised, 2 * MINUTE)
    assert raised.poll(connection, NEW, {"raw": False}).age < 180


def test_a_key_that_returngo_refused_stays_closed_when_only_our_setting_was_raised(
    open_feed: Callable[..., Feed], world: World, poll_for: PollFor
):
    """What ReturnGO said counts for more than what the setting says; one call a day finds out."""
    poll_for(open_feed(daily=400), MINUTE)
    world.spend_the_day()
    poll_for(open_feed(daily=400), timedelta(hours=1))
    world.forget_calls()
    poll_for(open_feed(daily=4000), timedelta(hours=1))
    assert world.calls() == []
