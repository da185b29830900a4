"""Charts, as shapes that a template draws as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from connector.blocks import Kind
from connector.budget import DAY, HourOfCalls, Purpose
from connector.budget.day import midnight_after, midnight_before
from connector.feed import DayOfEvents

HOURS = 24
WIDTH, HEIGHT = 480, 100  # of the drawing; it is stretched to the page
SLOT = WIDTH / HOURS
GAP = 2
LEAST_SCALE = 10  # calls: a single one does not fill the chart
DAYS = 7
ROW_WIDTH, ROW_HEIGHT = 112, 20  # of the drawing in a row


@dataclass(frozen=True)
class Bar:
    """A part of an hour's bar; `kind` says which colour it has."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class DayOfCalls:
    """The calls of a UTC day, hour by hour.

    `expected` is how many it comes to by midnight if it goes on as it went so far.
    """

    hours: Sequence[HourOfCalls]
    bars: Sequence[Bar]
    most: int
    totals: dict[Purpose, int]
    expected: int


@dataclass(frozen=True)
class WeekOfEvents:
    """The events of the last seven days (UTC), the oldest first: a row of counts for each kind."""

    days: Sequence[date]
    rows: Mapping[str, Sequence[int]]
    bars: Mapping[str, Sequence[Bar]]


def week_of_events(found: Sequence[DayOfEvents], now: datetime) -> WeekOfEvents:
    """Draw the days up to `now`; all rows have one scale."""
    days = [now.date() - timedelta(days=back) for back in reversed(range(DAYS))]
    counts = {each.day: each.counts for each in found}
    kinds = [kind for kind in Kind if any(counts.get(day, {}).get(kind) for day in days)]
    rows = {kind.value: [counts.get(day, {}).get(kind, 0) for day in days] for kind in kinds}
    most = max((count for row in rows.values() for count in row), default=1)
    return WeekOfEvents(days, rows, {kind: _row(row, most) for kind, row in rows.items()})


def _row(counts: Sequence[int], most: int) -> list[Bar]:
    slot = ROW_WIDTH / DAYS
    return [
        Bar("reading", place * slot, round(ROW_HEIGHT - height, 2), slot - GAP, round(height, 2))
        for place, count in enumerate(counts)
        for height in [ROW_HEIGHT * count / most]
        if count
    ]


def day_of_calls(hours: Sequence[HourOfCalls], now: datetime, used: int, limit: int) -> DayOfCalls:
    """Draw the hours of the day that it is now; `used` of `limit` calls are spent."""
    begins = midnight_before(now)
    today = [each for each in hours if begins <= each.hour < midnight_after(now)]
    most = max((each.total for each in today), default=0)
    scale = HEIGHT / max(most, LEAST_SCALE)
    bars = [bar for each in today for bar in _bars(each, scale)]
    totals = {purpose: sum(each.calls.get(purpose, 0) for each in today) for purpose in Purpose}
    share = max((now - begins) / DAY, 1 / HOURS)
    return DayOfCalls(today, bars, most, totals, min(limit, round(used / share)))


def _bars(hour: HourOfCalls, scale: float) -> list[Bar]:
    """Pile up what an hour's calls were for."""
    bars, top = [], float(HEIGHT)
    for purpose in Purpose:
        height = hour.calls.get(purpose, 0) * scale
        if height:
            top -= height
            kind = purpose.replace(" ", "-")
            x = hour.hour.hour * SLOT + GAP / 2
            bars.append(Bar(kind, round(x, 2), round(top, 2), SLOT - GAP, round(height, 2)))
    return bars
