"""A hook whose target is away for three days rests, until it is woken."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connector.connections import Connection
from connector.delivery import Reply, Subscription
from connector.delivery.dispatch import BRIDGE_FAILED
from connector.delivery.http.trials import EVERY
from connector.delivery.queue.resting import RESTS_AFTER, TRIED_FOR
from connector.store import Store, Vault
from connector.store.tables import subscription
from schemas.hooks import State
from tests.delivery.bureau import Bureau
from tests.stand_ins import HandClock, HandSender

HOUR = timedelta(hours=1)
STEP = 6 * 3600.0  # seconds, longer than between two tries
NOT_THERE = Reply(status=404, failure="answered 404")
SILENT = Reply(failure="timed out", is_timeout=True)
BROKEN = Reply(status=500, failure="answered 500")


@pytest.fixture
def bureau(
    store: Store,
    vault: Vault,
    clock: HandClock,
    connection: Connection,
    public_names: None,  # noqa: ARG001
) -> Bureau:
    """A bureau over SQLite: days take long."""
    bureau = Bureau(store, vault, clock, HandSender(), connection)
    bureau.ready()
    return bureau


def live(bureau: Bureau, days: float, reply: Reply) -> None:
    """Let days pass, with a refund every twelve hours and a target that answers so."""
    bureau.sender.reply = lambda _: reply
    for _ in range(int(days * 2)):
        bureau.refund()
        bureau.work_for(timedelta(hours=12), step=STEP)


def rests(bureau: Bureau, hook: Subscription) -> bool:
    return bureau.delivery.hooks.find(bureau.connection, hook.id).rests_since is not None


@pytest.fixture
def resting(bureau: Bureau) -> Subscription:
    """A hook that rests, and has missed what came until then."""
    hook = bureau.subscribe()
    live(bureau, 4, NOT_THERE)
    assert rests(bureau, hook)
    bureau.sender.sent.clear()
    return hook


@pytest.mark.parametrize("reply", [NOT_THERE, SILENT])
def test_a_hook_rests_whose_target_is_away_for_three_days(bureau: Bureau, reply: Reply):
    hook = bureau.subscribe()
    live(bureau, 2.5, reply)
    assert not rests(bureau, hook)
    live(bureau, 1, reply)
    assert rests(bureau, hook)
    sent = len(bureau.sender.sent)
    live(bureau, 1, reply)
    assert len(bureau.sender.sent) == sent
    assert set(bureau.states(hook)) == {"parked"}


@pytest.mark.parametrize("reply", [BROKEN, BRIDGE_FAILED, Reply(status=429, failure="no")])
def test_one_that_answers_otherwise_is_tried_on_and_on(bureau: Bureau, reply: Reply):
    hook = bureau.subscribe()
    live(bureau, 5, reply)
    assert not rests(bureau, hook)


@pytest.mark.parametrize("reply", [Reply(status=200), BROKEN])
def test_one_answer_among_them_begins_the_three_days_anew(bureau: Bureau, reply: Reply):
    hook = bureau.subscribe()
    live(bureau, 2.5, NOT_THERE)
    live(bureau, 0.5, reply)
    live(bureau, 2.5, NOT_THERE)
    assert not rests(bureau, hook)


def test_one_bad_moment_after_a_quiet_week_is_not_enough(bureau: Bureau, clock: HandClock):
    hook = bureau.subscribe()
    live(bureau, 0.5, NOT_THERE)
    bureau.work_for(timedelta(days=2), step=STEP)
    clock.advance(timedelta(days=7))
    bureau.refund()
    bureau.work_for(TRIED_FOR / 2, step=60)
    assert not rests(bureau, hook)
    bureau.work_for(4 * HOUR, step=HOUR.total_seconds())
    assert rests(bureau, hook)


def test_a_clock_that_was_ahead_makes_no_three_days(bureau: Bureau, clock: HandClock):
    hook = bureau.subscribe()
    clock.advance(timedelta(days=30))
    live(bureau, 0.5, NOT_THERE)
    clock.advance(-timedelta(days=30))
    live(bureau, 2, NOT_THERE)
    assert not rests(bureau, hook)
    live(bureau, 2, NOT_THERE)
    assert rests(bureau, hook)


@pytest.mark.usefixtures("public_names")
def test_two_workers_tell_it_once(
    each_store: Store, vault: Vault, clock: HandClock, connection: Connection, log: list[Any]
):
    bureau = Bureau(each_store, vault, clock, HandSender(), connection)
    bureau.ready()
    hook = bureau.subscribe(url="https://hooks.example.com/planted")
    other = bureau.another()
    bureau.sender.reply = lambda _: NOT_THERE
    for _ in range(12):
        bureau.refund()
        bureau.work_for(timedelta(hours=12), bureau.delivery, other, step=STEP)
    assert rests(bureau, hook)
    told = [each for each in log if each["event"] == "delivery.hook_rests"]
    assert [(each["hook"], each["log_level"]) for each in told] == [(hook.id, "error")]
    assert "planted" not in str(told)


def test_others_go_on(bureau: Bureau):
    gone = bureau.subscribe(url="https://gone.example.com/1")
    hook = bureau.subscribe()
    bureau.sender.reply = lambda url: NOT_THERE if url == gone.target_url else Reply(status=200)
    for _ in range(8):
        bureau.refund()
        bureau.work_for(timedelta(hours=12), step=STEP)
    assert (rests(bureau, gone), rests(bureau, hook)) == (True, False)
    assert set(bureau.states(hook)) == {"delivered"}


def test_it_has_returngo_read_no_more(bureau: Bureau, resting: Subscription):
    demands = bureau.delivery.reading.demands
    assert demands.all() == []
    bureau.delivery.hooks.wake(bureau.connection, resting.id)
    assert [each.trigger for each in demands.all()] == [resting.trigger]


def test_what_comes_meanwhile_can_be_replayed_and_a_replay_that_arrives_wakes_it(
    bureau: Bureau, resting: Subscription
):
    missed = len(bureau.states(resting))
    live(bureau, 1, Reply(status=200))
    assert bureau.sender.sent == []
    hooks = bureau.delivery.hooks
    assert hooks.replay(bureau.connection, resting.id, None, State.PARKED) == missed + 2
    bureau.work_for(HOUR, step=60)
    assert set(bureau.states(resting)) == {"delivered"}
    assert not rests(bureau, resting)
    live(bureau, 0.5, Reply(status=200))
    assert len(set(bureau.events(resting))) == missed + 3


def test_a_replay_that_meets_nobody_leaves_it_at_rest_and_is_tried_once(
    bureau: Bureau, resting: Subscription
):
    hooks = bureau.delivery.hooks
    newest = hooks.deliveries(bureau.connection, resting.id, None, 1)[0]
    hooks.replay(bureau.connection, resting.id, [str(newest.id)], None)
    bureau.work_for(3 * HOUR, step=600)
    assert len(bureau.sender.sent) == 1
    assert set(bureau.states(resting)) == {"parked"}
    assert rests(bureau, resting)


def test_a_test_that_arrives_wakes_it(bureau: Bureau, resting: Subscription, clock: HandClock):
    hooks = bureau.delivery.hooks
    hooks.test(bureau.connection, resting.id)
    assert rests(bureau, resting)
    clock.advance(EVERY)
    bureau.sender.reply = lambda _: Reply(status=200)
    hooks.test(bureau.connection, resting.id)
    assert not rests(bureau, resting)


def test_who_subscribes_again_wakes_it(bureau: Bureau, resting: Subscription):
    again = bureau.subscribe()
    assert (again.id, again.rests_since) == (resting.id, None)
    assert not rests(bureau, resting)


def test_one_that_was_woken_has_three_days_again(bureau: Bureau, resting: Subscription):
    bureau.delivery.hooks.wake(bureau.connection, resting.id)
    live(bureau, (RESTS_AFTER / timedelta(days=1)) - 0.5, NOT_THERE)
    assert not rests(bureau, resting)
    live(bureau, 1, NOT_THERE)
    assert rests(bureau, resting)


def test_410_ends_it_all_the_same(bureau: Bureau, resting: Subscription):
    hooks = bureau.delivery.hooks
    bureau.sender.reply = lambda _: Reply(status=410, failure="answered 410")
    hooks.replay(bureau.connection, resting.id, None, State.PARKED)
    bureau.work()
    assert hooks.all(bureau.connection) == []
    with bureau.store.read() as database:
        assert database.execute(select(subscription.c.ended_because)).scalar() == (
            "the target answered 410"
        )
