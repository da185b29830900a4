from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest
from structlog.contextvars import bound_contextvars, get_contextvars

from connector.blocks import Kind, Topic
from connector.budget import Budget
from connector.feed.pace.pace import Pace
from connector.feed.pace.rhythm import Rhythms
from connector.feed.reading.refresher import (
    BUSY_FOR,
    STREAM_LOOK_EVERY,
    WAIT_FOR_OTHERS,
    Refresher,
)
from connector.store import StoreBusy, StoreUnavailable
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO, OUTLET
from tests.stand_ins import AtOnce

WAIT = timedelta(seconds=5)
# The first reading lists what was updated, and what is open.
FIRST = 2


class Later(AtOnce):
    """Keeps the work until it is told to do it."""

    def __init__(self) -> None:
        self.work: list[tuple[Callable[..., Any], Any, Any]] = []

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.work.append((work, args, kwargs))
        return Future()

    def catch_up(self) -> None:
        while self.work:
            work, args, kwargs = self.work.pop(0)
            work(*args, **kwargs)


@pytest.fixture
def refresher_of(store, streams, demands, interests, sync, budget, clock):
    def open_(pool, budget=budget):
        pace = Pace(budget, demands, interests, Rhythms(store, clock), clock, shortest=FRESHNESS)
        return Refresher(streams, sync, pace, clock, pool=pool)

    return open_


@pytest.fixture
def refresh(refresher_of, connection):
    """Refresh the RMAs of shops, by itself of one."""
    refresher = refresher_of(AtOnce())

    def refresh_(*shops):
        return refresher.refresh(connection, shops or (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)

    return refresh_


def test_a_stream_is_read_when_it_is_as_old_as_the_target_and_not_before(refresh, world, clock):
    began = clock.now()
    [stream] = refresh()
    assert stream.fresh_at == began
    clock.advance(began + FRESHNESS - clock.now() - timedelta(microseconds=1))
    refresh()
    assert len(world.calls()) == FIRST
    clock.advance(timedelta(microseconds=1))
    refresh()
    assert len(world.calls()) == FIRST + 1


def test_streams_are_answered_in_the_order_of_their_shops(refresh):
    assert [stream.shop for stream in refresh(OUTLET, DEMO)] == [OUTLET, DEMO]
    assert all(stream.ready_at for stream in refresh(DEMO, OUTLET))


def test_who_asks_waits_no_longer_than_told_and_the_reading_goes_on(
    refresher_of, connection, clock, world
):
    pool = Later()
    refresher = refresher_of(pool)
    began = clock.now()
    [stream] = refresher.refresh(connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
    assert stream.ready_at is None
    assert WAIT <= clock.now() - began < WAIT + timedelta(seconds=1)
    # It was begun once, however often was looked.
    assert len(pool.work) == 1
    pool.catch_up()
    [stream] = refresher.refresh(connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
    assert stream.ready_at is not None
    assert len(world.calls()) == FIRST


def test_a_reading_is_logged_under_the_name_of_the_request_that_began_it(
    refresher_of, connection, sync, monkeypatch
):
    logged: list[dict[str, Any]] = []

    def run(*_: Any, **__: Any) -> None:
        logged.append(get_contextvars())
        raise StoreUnavailable("It is away.")

    monkeypatch.setattr(type(sync), "run", run)
    monkeypatch.setattr(
        "connector.feed.reading.refresher.log.warning",
        lambda *_, **__: logged.append(get_contextvars()),
    )
    pool = Later()
    with bound_contextvars(request_id="request-1"):
        refresher_of(pool).refresh(connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
    with bound_contextvars(request_id="request-2"):
        pool.catch_up()
    assert logged == [{"request_id": "request-1"}] * 2


def test_a_clock_that_is_set_back_keeps_nobody_waiting(
    refresher_of, connection, clock, monkeypatch
):
    pool = Later()
    sleeps: list[float] = []

    def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        clock.advance(-timedelta(seconds=seconds))

    monkeypatch.setattr(clock, "sleep", sleep)
    refresher_of(pool).refresh(connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
    assert sum(sleeps) <= WAIT.total_seconds()


def test_where_too_many_wait_the_next_is_answered_at_once_and_the_reading_begins(
    refresher_of, connection, clock, monkeypatch
):
    monkeypatch.setattr("connector.feed.reading.refresher.MOST_WAITING", 0)
    pool = Later()
    began = clock.now()
    [stream] = refresher_of(pool).refresh(connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
    assert stream.ready_at is None
    assert clock.now() - began < timedelta(seconds=1)
    assert len(pool.work) == 1


def test_who_asks_is_told_when_the_log_can_take_nothing_in(
    refresher_of, connection, streams, monkeypatch
):
    refresher = refresher_of(AtOnce())
    ask = partial(refresher.refresh, connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
    with monkeypatch.context() as trouble:
        trouble.setattr(streams.leases, "acquire", Mock(side_effect=StoreUnavailable("full")))
        with pytest.raises(StoreUnavailable, match="full"):
            ask()
    [stream] = ask()
    assert stream.ready_at is not None


def test_what_another_process_reads_is_waited_for_and_not_read_twice(
    refresh, streams, connection, clock, world
):
    asked = streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    streams.leases.acquire(asked.id)
    began = clock.now()
    refresh()
    assert clock.now() - began >= WAIT
    assert world.calls() == []


def test_the_target_grows_when_the_days_calls_run_short(
    refresher_of, connection, store, clock, world
):
    # From noon on there are 9 calls for reading, after the first two 7: one every 90 minutes.
    short = Budget(store, daily=10, second=100, clock=clock)
    refresher = refresher_of(AtOnce(), short)
    refresher.refresh(connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
    clock.advance(timedelta(minutes=89))
    refresher.refresh(connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
    assert len(world.calls()) == FIRST
    clock.advance(timedelta(minutes=1))
    refresher.refresh(connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
    assert len(world.calls()) == FIRST + 1


def test_a_reading_that_breaks_in_an_unforeseen_way_is_tried_again_later(
    refresh, clock, world, monkeypatch
):
    def refuse(*_, **__):
        raise OverflowError

    with monkeypatch.context() as broken:
        broken.setattr("connector.feed.reading.ingest.RmaIngest.rmas", refuse)
        refresh()
        refresh()
    assert len(world.calls()) == 1
    clock.advance(timedelta(seconds=6))
    [stream] = refresh()
    assert stream.ready_at is not None


def test_what_was_cut_off_goes_on_before_the_stream_is_stale(refresh, world, clock, count_waiting):
    rmas = [world.rma() for _ in range(4)]
    world.trouble(status=500, path="/rma/", count=None)
    [stream] = refresh()
    assert count_waiting() == len(rmas)
    world.heal()
    world.forget_calls()
    clock.advance(stream.retry_at - clock.now())
    [stream] = refresh()
    assert count_waiting() < len(rmas)
    assert world.calls()[-1].startswith("/rma/")


def test_what_others_read_and_can_be_shown_is_waited_for_a_moment_only(
    refresh, streams, clock, world
):
    [stream] = refresh()
    clock.advance(FRESHNESS)
    streams.leases.acquire(stream.id)
    world.forget_calls()
    began = clock.now()
    assert refresh() == [streams.get(stream.id, Topic(Kind.RMA_CREATED))]
    assert WAIT_FOR_OTHERS <= clock.now() - began < 2 * WAIT_FOR_OTHERS
    assert world.calls() == []


def test_a_database_that_is_busy_for_a_moment_costs_nothing_but_freshness(
    refresh, streams, clock, monkeypatch
):
    [before] = refresh()
    clock.advance(FRESHNESS)
    with monkeypatch.context() as trouble:
        trouble.setattr(streams.leases, "acquire", Mock(side_effect=StoreBusy("locked")))
        [stream] = refresh()
        assert stream.fresh_at == before.fresh_at
        clock.advance(BUSY_FOR)
        with pytest.raises(StoreUnavailable, match="locked"):
            refresh()
    [stream] = refresh()
    assert stream.fresh_at > before.fresh_at


def test_a_disk_that_is_full_is_said_at_once(refresh, streams, clock, monkeypatch):
    refresh()
    clock.advance(FRESHNESS)
    monkeypatch.setattr(streams.leases, "acquire", Mock(side_effect=StoreUnavailable("full")))
    with pytest.raises(StoreUnavailable, match="full"):
        refresh()


def test_two_busy_moments_with_a_reading_of_others_between_them_are_no_outage(
    refresh, refresher_of, streams, connection, clock, monkeypatch
):
    refresh()
    other = refresher_of(AtOnce())
    for _ in range(3):
        clock.advance(FRESHNESS)
        with monkeypatch.context() as trouble:
            trouble.setattr(streams.leases, "acquire", Mock(side_effect=StoreBusy("locked")))
            refresh()
        [stream] = other.refresh(connection, (DEMO,), Topic(Kind.RMA_CREATED), wait=WAIT)
        assert stream.age(clock.now()) < FRESHNESS


def test_a_hundred_who_wait_for_one_reading_look_once_in_a_while(
    refresher_of, streams, connection, clock, monkeypatch
):
    refresher = refresher_of(Later())
    counted = Mock(wraps=streams.get)
    monkeypatch.setattr(streams, "get", counted)
    asked = streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    counted.reset_mock()
    looks = {refresher._looks.get(asked.id, Topic(Kind.RMA_CREATED)).id for _ in range(100)}
    assert looks == {asked.id}
    assert counted.call_count == 1
    clock.sleep(STREAM_LOOK_EVERY)
    refresher._looks.get(asked.id, Topic(Kind.RMA_CREATED))
    assert counted.call_count == 2
