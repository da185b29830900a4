from datetime import timedelta
from typing import Any

import pytest

from connector.budget import Balance
from connector.feed.pace.demand import Demand
from connector.feed.pace.looks import Watched
from connector.feed.pace.pace import Pace, freshness_target
from tests.stand_ins import HandClock

MINUTE = timedelta(minutes=1)


def balance(for_background: int, resets_in: int = 86_400) -> Balance:
    return Balance(limit=2000, remaining=2000, for_background=for_background, resets_in=resets_in)


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

    def __init__(self, left: Balance) -> None:
        self._left = left

    def balance(self, _key_id: str) -> Balance:
        return self._left


def pace(left: Balance, *, streams: int = 2, things: int = 0, awaited: bool = False) -> Pace:
    budget: Any = Left(left)
    counted: Any = Counted(
        Demand(streams, pages=streams, beyond_lists=awaited or things > 0), things
    )
    interests: Any = None  # asked by streams, of which there are none
    rhythms: Any = None  # likewise
    return Pace(budget, counted, interests, rhythms, HandClock(), shortest=MINUTE)


def test_lists_have_all_calls_or_half_of_them_where_things_are_watched():
    assert pace(balance(1800)).lists("key") == timedelta(seconds=96)
    assert pace(balance(1800), things=300).lists("key") == timedelta(seconds=192)
    assert pace(balance(1800), awaited=True).lists("key") == timedelta(seconds=192)


@pytest.mark.parametrize(("left", "most"), [(1800, 650), (502, 1), (500, 0), (100, 0)])
def test_details_leave_the_lists_their_half_of_an_even_day(left, most):
    """At noon that are 500 calls; two streams share what there is besides."""
    assert pace(balance(left, 43_200)).details("key") == most


@pytest.mark.parametrize("hours", [23, 12, 4, 1])
@pytest.mark.parametrize("left", [1, 40, 300, 1800])
@pytest.mark.parametrize(("shops", "things"), [(1, 300), (1, 5), (10, 3000)])
def test_looking_again_never_takes_more_than_one_call_a_list_of_an_hour_that_runs_short(
    hours, left, shops, things
):
    """However many are watched and however late it is: the lists' half stays theirs."""
    short = balance(left, hours * 3600)
    paced = pace(short, streams=2 * shops, things=things)
    if paced.lists("key") > MINUTE:  # otherwise there is more than the lists can use
        assert paced.looks("key") == 1


def test_where_calls_abound_as_much_is_looked_at_as_leaves_none_behind():
    rich = Balance(limit=100_000, remaining=90_000, for_background=90_000, resets_in=43_200)
    # 300 every five minutes, the lists every minute
    assert pace(rich, things=5).looks("key") == 1
    assert pace(rich, things=20).looks("key") == 4
