from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.blocks import Kind
from connector.budget import HourOfCalls, Purpose
from connector.feed import DayOfEvents
from connector.page.charts import (
    HEIGHT,
    ROW_HEIGHT,
    ROW_WIDTH,
    WIDTH,
    day_of_calls,
    week_of_events,
)

NOON = datetime(2026, 2, 4, 12, tzinfo=UTC)
CALLS = st.dictionaries(st.sampled_from(Purpose), st.integers(1, 2000))
DAY = st.dictionaries(st.integers(0, 23), CALLS)


def hour(number: int, **calls: int) -> HourOfCalls:
    at = NOON.replace(hour=number)
    return HourOfCalls(at, {Purpose[name.upper()]: count for name, count in calls.items()})


@given(DAY)
def test_bars_stand_within_the_chart_one_on_the_other_as_high_as_their_calls(day):
    hours = [HourOfCalls(NOON.replace(hour=at), calls) for at, calls in sorted(day.items())]
    drawn = day_of_calls(hours, NOON, 0, 2000)
    for bar in drawn.bars:
        assert 0 <= bar.x < bar.x + bar.width <= WIDTH
        assert -0.1 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.1
    for each in hours:
        column = [bar for bar in drawn.bars if bar.x // (WIDTH / 24) == each.hour.hour]
        heights = sum(bar.height for bar in column)
        assert heights == pytest.approx(HEIGHT * each.total / max(drawn.most, 10), abs=0.1)


def test_the_totals_are_those_of_today():
    yesterday = HourOfCalls(NOON - timedelta(days=1), {Purpose.ACTING: 9})
    hours = [yesterday, hour(3, reading=5), hour(4, reading=2, acting=1)]
    drawn = day_of_calls(hours, NOON, 8, 2000)
    assert drawn.totals == {Purpose.READING: 7, Purpose.LOOKING_UP: 0, Purpose.ACTING: 1}


@pytest.mark.parametrize(
    ("at", "used", "expected"),
    [(NOON, 500, 1000), (NOON, 1500, 2000), (NOON.replace(hour=0), 10, 240), (NOON, 0, 0)],
)
def test_a_day_is_expected_to_go_on_as_it_went(at: datetime, used: int, expected: int):
    assert day_of_calls([], at, used, 2000).expected == expected


WEEK = st.dictionaries(
    st.integers(0, 9), st.dictionaries(st.sampled_from(Kind), st.integers(1, 10**6))
)


@given(WEEK)
def test_a_week_has_a_row_of_seven_days_for_each_kind_that_happened(week):
    today = NOON.date()
    found = [DayOfEvents(today - timedelta(days=ago), counts) for ago, counts in week.items()]
    drawn = week_of_events(found, NOON)
    assert drawn.days[-1] == today
    assert len(drawn.days) == 7
    told = {
        (kind, day): count
        for kind, row in drawn.rows.items()
        for day, count in zip(drawn.days, row, strict=True)
        if count
    }
    assert told == {
        (kind.value, each.day): count
        for each in found
        if (today - each.day).days < 7
        for kind, count in each.counts.items()
    }
    most = max(told.values(), default=1)
    for kind, bars in drawn.bars.items():
        heights = [round(ROW_HEIGHT * count / most, 2) for count in drawn.rows[kind] if count]
        assert [bar.height for bar in bars] == heights
        assert all(0 <= bar.x < bar.x + bar.width <= ROW_WIDTH for bar in bars)
        assert all(bar.y + bar.height == pytest.approx(ROW_HEIGHT) for bar in bars)
