from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from connector.clock import MAX_CLOCK_SKEW
from connector.delivery import Reply
from connector.delivery.queue.hosts import SLOW_FOR
from connector.delivery.queue.queue import DELIVERY_LEASE
from connector.delivery.queue.schedule import LASTS, STEPS, longest_wait
from connector.store.tables import delivery, target_host
from tests.delivery.bureau import OUTLET, Bureau
from tests.stand_ins import HandClock, Held

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
BACK = [HOUR, 2 * HOUR, timedelta(days=30)]
BROKEN = Reply(status=500, failure="answered 500")

set_back = pytest.mark.parametrize("back", BACK, ids=str)


@set_back
def test_a_host_gets_its_deliveries_when_the_clock_is_set_back(
    bureau: Bureau, clock: HandClock, back: timedelta
):
    hook = bureau.subscribe()
    first = [bureau.refund() for _ in range(3)]
    bureau.work()  # the host is paced
    clock.advance(-back)
    later = bureau.refund(at=clock.now() + back)  # ReturnGO's clock was not set
    bureau.work()
    assert bureau.events(hook) == [*first, later]


@set_back
@pytest.mark.parametrize("ordered", [False, True])
def test_what_was_made_by_a_clock_that_was_ahead_is_sent_when_it_is_set_back(
    bureau: Bureau, clock: HandClock, back: timedelta, ordered: bool
):
    hook = bureau.subscribe(ordered=ordered)
    event = bureau.refund()
    bureau.delivery.fanout.run()
    clock.advance(-back)
    bureau.work()
    assert bureau.events(hook) == [event]
    assert bureau.states(hook) == ["delivered"]


@set_back
@pytest.mark.parametrize("ordered", [False, True])
def test_what_failed_is_tried_again_soon_when_the_clock_is_set_back(
    bureau: Bureau, clock: HandClock, back: timedelta, ordered: bool
):
    hook = bureau.subscribe(ordered=ordered)
    bureau.sender.reply = lambda _: BROKEN
    event = bureau.refund()
    bureau.work()
    clock.advance(-back)
    bureau.sender.reply = lambda _: Reply(status=200)
    bureau.work()
    assert bureau.events(hook) == [event] * 2
    assert bureau.states(hook) == ["delivered"]


@set_back
def test_what_a_worker_died_with_is_sent_again_when_the_clock_is_set_back(
    bureau: Bureau, clock: HandClock, back: timedelta
):
    hook = bureau.subscribe()
    event = bureau.refund()
    dead = bureau.another(pool=Held())
    dead.fanout.run()
    assert dead.dispatcher.turn()
    clock.advance(-back)
    bureau.work()
    assert bureau.events(hook) == [event]
    assert bureau.states(hook) == ["delivered"]


@set_back
def test_what_is_on_its_way_when_the_clock_is_set_back_is_settled_once(
    bureau: Bureau, clock: HandClock, back: timedelta
):
    hook = bureau.subscribe()
    pool = Held()
    worker = bureau.another(pool=pool)
    bureau.refund()
    worker.fanout.run()
    worker.dispatcher.turn()
    clock.advance(-back)
    pool.run()
    bureau.work(worker)
    assert bureau.states(hook) == ["delivered"]
    assert len(bureau.sender.sent) == 1


@set_back
def test_what_never_arrives_is_given_up_two_days_after_the_clock_was_set_back(
    bureau: Bureau, clock: HandClock, back: timedelta
):
    hook = bureau.subscribe()
    bureau.sender.reply = lambda _: BROKEN
    bureau.refund()
    bureau.work()
    clock.advance(-back)
    bureau.work_for(LASTS - HOUR, step=600)
    assert bureau.states(hook) == ["waiting"]
    bureau.work_for(2 * HOUR, step=600)
    assert bureau.states(hook) == ["parked"]


@set_back
def test_a_host_that_was_slow_is_not_slow_for_longer_when_the_clock_is_set_back(
    bureau: Bureau, clock: HandClock, back: timedelta
):
    bureau.subscribe()
    bureau.sender.reply = lambda _: Reply(failure="timed out", is_timeout=True)
    bureau.refund()
    bureau.work()
    assert slow_hosts(bureau) == 1
    clock.advance(-back)
    bureau.delivery.mending.run()
    assert slow_hosts(bureau) == 0


def slow_hosts(bureau: Bureau) -> int:
    with bureau.store.read() as database:
        slow = select(func.count()).where(target_host.c.slow_until.is_not(None))
        return database.execute(slow).scalar_one()


@pytest.mark.two_shops
@pytest.mark.parametrize("back", [21 * MINUTE, *BACK], ids=str)
def test_a_hook_misses_nothing_that_happened_before_when_the_clock_is_set_back(
    bureau: Bureau, clock: HandClock, back: timedelta
):
    hook = bureau.subscribe(filters={"shop": OUTLET})
    bureau.ready(OUTLET)
    clock.advance(-back)
    late = bureau.refund(OUTLET, at=clock.now() + back - HOUR)
    bureau.work()
    assert bureau.events(hook) == [late]


@pytest.mark.two_shops
@pytest.mark.parametrize("back", [MINUTE, 19 * MINUTE, *BACK[:-1]], ids=str)
def test_of_the_first_reading_what_happened_just_now_is_news_when_the_clock_is_set_back(
    bureau: Bureau, clock: HandClock, back: timedelta
):
    hook = bureau.subscribe(filters={"shop": OUTLET})
    clock.advance(-back)
    new = bureau.refund(OUTLET, at=clock.now())
    bureau.refund(OUTLET, at=clock.now() - HOUR)
    bureau.work()
    assert bureau.events(hook) == [new]


def test_what_may_be_is_left_alone(bureau: Bureau, clock: HandClock):
    """A machine whose clock is ahead as far as clocks may be has set what lies so far ahead."""
    hook = bureau.subscribe()
    bureau.refund()
    bureau.delivery.fanout.run()
    for tries in range(1, len(STEPS) + 2):
        latest = clock.now() + longest_wait(tries) + MAX_CLOCK_SKEW
        assert mended(bureau, tries=tries, due_at=latest) is False
        assert mended(bureau, tries=tries, due_at=latest + SECOND) is True
    latest = clock.now() + DELIVERY_LEASE + MAX_CLOCK_SKEW
    assert mended(bureau, tries=9, owner="other", due_at=latest) is False
    assert mended(bureau, tries=9, owner="other", due_at=latest + SECOND) is True
    paced = clock.now() + MAX_CLOCK_SKEW
    with bureau.store.write() as database:
        database.execute(update(target_host).values(paced_until=paced, claimed_at=paced))
        database.execute(update(target_host).values(slow_until=paced + SLOW_FOR))
    assert not bureau.delivery.mending.run()
    assert hook.host == "hooks.example.com"


def mended(bureau: Bureau, **values: object) -> bool:
    """Set a delivery so, and tell whether that is brought back to now."""
    with bureau.store.write() as database:
        database.execute(update(delivery).values(values))
    is_mended = bureau.delivery.mending.run()
    with bureau.store.read() as database:
        due_at = database.execute(select(delivery.c.due_at)).scalar_one()
    assert due_at == (bureau.clock.now() if is_mended else values["due_at"])
    assert not bureau.delivery.mending.run()
    return is_mended
