import math
from datetime import timedelta
from typing import Any

import pytest

from connector.budget import Balance
from connector.feed.pace.demand import Demand
from connector.feed.pace.looks import Watched
from connector.feed.pace.pace import Pace
from connector.feed.pace.rhythm import Expected, Rhythm
from connector.feed.pace.today import Today, freshness_target
from tests.stand_ins import HandClock

MINUTE = timedelta(minutes=1)


def balance(for_background: int, resets_in: int = 86_400) -> Balance:
    return Balance(2000, 2000, for_background, resets_in, reading=1800)


@pytest.mark.parametrize(
    ("shares", "for_background", "resets_in", "target"),
    [
        (1, 1800, 86_400, timedelta(seconds=60)),  # 48 s would do
        (2, 1800, 86_400, timedelta(seconds=96)),
        (4, 100, 3_600, timedelta(seconds=144)),
        (4, 1, 3_600, timedelta(hours=4)),
        (0, 1, 3_600, timedelta(seconds=60)),
    ],
)
def test_the_calls_left_for_background_are_spread_over_the_rest_of_the_day(
    shares, for_background, resets_in, target
):
    assert (
        freshness_target(
            balance(for_background, resets_in),
            calls=for_background,
            shares=shares,
            shortest=MINUTE,
        )
        == target
    )


def test_without_calls_for_background_nothing_is_read_until_the_day_is_over():
    # The reserve may still be there: 2000 remain, none of them for reading.
    assert freshness_target(balance(0, 5_000), calls=0, shares=3, shortest=MINUTE) == timedelta(
        seconds=5_000
    )


class Counted:
    """Counts what the test says."""

    def __init__(self, demand: Demand, watched: int) -> None:
        self._demand, self._watched = demand, watched

    def of(self, _key_id: str) -> Demand:
        return self._demand

    def watched(self, _key_id: str) -> Watched:
        return Watched(self._watched)


class Left:
    """A budget of which so much is left."""

    daily, reading = 2000, 1800

    def __init__(self, left: Balance) -> None:
        self._left = left

    def balance(self, _key_id: str) -> Balance:
        return self._left


class Learnt:
    """What the test says is to be expected."""

    def __init__(self, lists: dict[int, Expected]) -> None:
        self._rhythm = Rhythm(lists)

    def of(self, _key_id: str) -> Rhythm:
        return self._rhythm


def pace(
    left: Balance,
    *,
    streams: int = 2,
    things: int = 0,
    waiting: int = 0,
    lists: dict[int, Expected] | None = None,
    clock: HandClock | None = None,
) -> Today:
    budget: Any = Left(left)
    demand = Demand(streams, pages=streams, beyond_lists=waiting > 0 or things > 0, waiting=waiting)
    counted: Any = Counted(demand, things)
    interests: Any = None  # asked by streams, of which there are none
    rhythms: Any = Learnt(lists or {})
    paced = Pace(budget, counted, interests, rhythms, clock or HandClock(), shortest=MINUTE)
    return paced.today("key")


def test_lists_have_all_calls_or_two_thirds_of_them_where_things_are_watched():
    assert pace(balance(1800)).lists == timedelta(seconds=96)
    assert pace(balance(1800), things=300).lists == timedelta(seconds=144)
    assert pace(balance(1800), waiting=1).lists == timedelta(seconds=144)


def test_what_moves_is_read_before_lists_are_read_more_often():
    """Of 1,800 calls, a thousand go to RMAs that will move, or a third of what is too much."""
    quiet, busy, busiest, flooded = (
        pace(balance(1800), things=300, lists={1: Expected(rate, is_new=False)}).lists
        for rate in (10, 2000, 4000, 40_000)
    )
    assert quiet == timedelta(seconds=144)
    assert busy == timedelta(days=1) * 2 / (1800 * 15 / 16 - 1000)
    assert busiest == timedelta(days=1) * 2 / (1800 * 15 / 16 - 2000 / 3)
    assert flooded == timedelta(days=1) * 2 / (1800 * 0.3)


@pytest.mark.parametrize(("left", "most"), [(1800, 450), (600, 100), (60, 10), (1, 1), (0, 0)])
def test_details_leave_the_lists_their_part_of_an_even_day(left, most):
    """At noon that are 900 calls, or two thirds of fewer; two streams share what there is."""
    assert pace(balance(left, 43_200), things=1).details == most


@pytest.mark.parametrize("hours", [23, 12, 4, 1])
@pytest.mark.parametrize("left", [40, 300, 1800])
@pytest.mark.parametrize(("shops", "things"), [(1, 300), (1, 5), (10, 3000)])
def test_looking_again_takes_no_more_than_its_part_of_a_day_that_runs_short(
    hours, left, shops, things
):
    """However many are watched and however late it is."""
    short = balance(left, hours * 3600)
    clock = HandClock()
    paced = pace(short, streams=2 * shops, things=things, clock=clock)
    if paced.lists > MINUTE:  # otherwise there is more than the lists can use
        looks = []
        for _ in range(math.ceil(hours * timedelta(hours=1) / paced.lists)):
            looks.append(paced.looks(paced.lists))
            clock.advance(paced.lists)
        assert max(looks) <= 1
        # the lists of RMAs are half of all
        assert sum(looks) * 2 * shops <= left * 2 / 15 + 2 * shops


def test_where_calls_abound_as_much_is_looked_at_as_leaves_none_behind():
    rich = Balance(100_000, 90_000, 90_000, resets_in=43_200, reading=90_000)
    # 300 every five minutes, the lists every minute
    assert pace(rich, things=5).looks(MINUTE) == 1
    assert pace(rich, things=20).looks(MINUTE) == 4


def test_where_polls_are_rare_as_much_is_looked_at_as_leaves_none_behind():
    rich = Balance(100_000, 90_000, 90_000, resets_in=43_200, reading=90_000)
    assert pace(rich, things=20).looks(5 * MINUTE) == 20
    # Once is enough for what is due once; the part of a night is not spent at a blow.
    assert pace(balance(300, 3600), things=3000).looks(timedelta(days=1)) <= 300
