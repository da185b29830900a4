"""What a log teaches of its shop, and how the calls for lists go by it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.feed.pace.rhythm import Expected, Rhythm, habit_of
from connector.feed.pace.wait import Reason

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 2, 20, 12, tzinfo=UTC)
EVEN = timedelta(minutes=4)
PLENTY = 0.0  # what a call is worth where calls abound


def expected(times: list[datetime], hour: datetime, *, since: datetime) -> float:
    """Return how many events a day are to be expected in the hour that begins."""
    return habit_of(times, hour, since=since).at(hour.hour)


def each_day_at(hour: int, *, days: int, count: int) -> list[datetime]:
    """Return the times of `count` events at this hour of each of the days before NOON."""
    midnight = NOON.replace(hour=0)
    return [
        midnight - day * DAY + hour * HOUR + minute * timedelta(minutes=60 / count)
        for day in range(1, days + 1)
        for minute in range(count)
    ]


def test_a_new_log_is_guessed_to_be_flat():
    at_noon, at_night = (expected([], at, since=NOON - HOUR) for at in (NOON, NOON.replace(hour=3)))
    assert at_noon == pytest.approx(at_night, rel=0.05)
    assert at_noon == pytest.approx(24, rel=0.1)


def test_the_busy_hour_of_a_shop_is_learnt():
    times = each_day_at(12, days=10, count=6)
    busy, quiet = (
        expected(times, NOON.replace(hour=hour), since=NOON - 10 * DAY) for hour in (12, 3)
    )
    assert busy > 2 * quiet


def test_a_quiet_night_does_not_hide_the_busy_day_that_follows():
    rhythm = Rhythm({1: Expected(10, is_new=False, later=600)})
    assert rhythm.details(DAY / 2) == pytest.approx(150)
    assert Rhythm({1: Expected(10, is_new=False)}).details(DAY / 2) == pytest.approx(2.5)


def test_the_day_of_the_week_is_learnt_after_two_weeks():
    fridays = [time for time in each_day_at(9, days=28, count=12) if time.weekday() == 4]
    friday, saturday = (
        expected(fridays, NOON + step * DAY, since=NOON - 28 * DAY) for step in (0, 1)
    )
    assert NOON.weekday() == 4
    assert friday > 2 * saturday


def test_what_happened_before_the_log_began_and_what_lies_ahead_teaches_nothing():
    since = NOON - 2 * DAY
    known = each_day_at(12, days=2, count=3)
    others = [since - HOUR, NOON + HOUR]
    assert expected(known + others, NOON, since=since) == expected(known, NOON, since=since)


@given(st.lists(st.floats(0.1, 2000), min_size=1, max_size=30))
def test_uneven_waits_cost_no_more_calls_than_even_ones(rates):
    rhythm = Rhythm({place: Expected(rate, is_new=True) for place, rate in enumerate(rates)})
    waits = [rhythm.wait(place, EVEN, worth=PLENTY).span for place in rhythm.lists]
    calls = sum(DAY / wait for wait in waits)
    # a list that is read three times less often than the others leaves them less than it should
    assert calls <= len(rates) * (DAY / EVEN) * 1.5
    assert all(EVEN / 3.01 <= wait <= EVEN * 3.01 for wait in waits)


@given(st.lists(st.floats(20, 100), min_size=2, max_size=10))
def test_the_calls_of_lists_go_by_the_root_of_their_news(rates):
    rhythm = Rhythm({place: Expected(rate, is_new=True) for place, rate in enumerate(rates)})
    waits = {place: rhythm.wait(place, EVEN, worth=PLENTY).span for place in rhythm.lists}
    calls = sum(DAY / wait for wait in waits.values())
    assert calls == pytest.approx(len(rates) * (DAY / EVEN), rel=0.01)
    for place, rate in enumerate(rates):
        share = (waits[0] / waits[place]) ** 2
        assert share == pytest.approx(rate / rates[0], rel=0.01)


def test_a_call_is_not_spent_where_little_is_to_be_expected():
    rhythm = Rhythm({1: Expected(100, is_new=False)})
    quiet = rhythm.wait(1, timedelta(minutes=1), worth=1)
    assert (quiet.span, quiet.reason) == (timedelta(minutes=5), Reason.QUIET)
    assert rhythm.wait(1, timedelta(minutes=9), worth=1).reason is Reason.CALLS
    rich = rhythm.wait(1, timedelta(minutes=1), worth=0.1)
    assert rich.span == timedelta(minutes=1)


def test_a_silent_shop_is_read_every_ten_minutes_all_the_same():
    rhythm = Rhythm({1: Expected(0.01, is_new=False)})
    assert rhythm.wait(1, timedelta(minutes=1), worth=1).span == timedelta(minutes=10)


def test_a_log_that_has_taught_nothing_yet_is_read_as_often_as_calls_allow():
    rhythm = Rhythm({1: Expected(1, is_new=True)})
    assert rhythm.wait(1, timedelta(minutes=1), worth=1).span == timedelta(minutes=1)
    assert rhythm.wait(2, EVEN, worth=1).span == EVEN
