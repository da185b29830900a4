"""Looking again: sooner after a move, later after a silence, and as often as calls allow."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.blocks import Kind
from connector.feed.pace.looks import CALMER, LONGEST, SOONEST, LookPace, Watched, lively_for
from connector.feed.streams.tracked import Tracked

NOW = datetime(2026, 2, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHORTEST = timedelta(minutes=5)
LIVELY = frozenset({"Approved"})


def rma(stood: timedelta, status: str = "Approved") -> Tracked:
    return Tracked(resource_id="1", status=status, status_since=NOW - stood)


def watched(rmas: list[Tracked]) -> Watched:
    """Count them as the database does."""
    density = sum(
        (1 if each.status in LIVELY else 1 / CALMER)
        / max(SOONEST, NOW - (each.status_since or NOW)).total_seconds()
        for each in rmas
    )
    return Watched(len(rmas), density, LIVELY)


def test_what_has_just_moved_is_looked_at_sooner_than_what_has_long_stood():
    pace = LookPace(HOUR, watched([rma(HOUR), rma(10 * HOUR)]))
    young, old = (pace.after(rma(stood), NOW, shortest=SHORTEST) for stood in (HOUR, 10 * HOUR))
    assert old == 10 * young


def test_nothing_is_looked_at_again_at_once_or_only_after_days():
    pace = LookPace(6 * HOUR, watched([rma(HOUR), rma(10 * HOUR)]))
    at_once, long_ago = (
        pace.after(rma(stood), NOW, shortest=SHORTEST) for stood in (timedelta(), 90 * DAY)
    )
    assert at_once == pace.after(rma(SOONEST), NOW, shortest=SHORTEST)
    assert long_ago == LONGEST


def test_where_nothing_is_to_be_expected_it_is_looked_at_less_often():
    pace = LookPace(2 * HOUR, watched([rma(HOUR), rma(HOUR, "Pending")]))
    lively, calm = (
        pace.after(rma(HOUR, status), NOW, shortest=SHORTEST) for status in ("Approved", "Pending")
    )
    assert calm == CALMER * lively


def test_calls_that_are_left_over_are_not_spent_on_looks_at_nothing():
    """One RMA has all the looks of a day, which come every five minutes."""
    alone = watched([rma(8 * HOUR)])
    rich, usual = (
        LookPace(SHORTEST, alone, worth=worth).after(rma(8 * HOUR), NOW, shortest=SHORTEST)
        for worth in (0.02, 1)
    )
    assert (rich, usual) == (SHORTEST, 2 * HOUR)


@given(
    st.lists(
        st.tuples(st.integers(20, 1200), st.sampled_from(["Approved", "Pending"])),
        min_size=1,
        max_size=40,
    )
)
def test_the_looks_are_as_many_as_evenly(given_rmas):
    """As long as none of them is bounded."""
    rmas = [rma(timedelta(minutes=minutes), status) for minutes, status in given_rmas]
    even = 2 * HOUR
    pace = LookPace(even, watched(rmas))
    waits = [pace.after(each, NOW, shortest=timedelta(0)) for each in rmas]
    if max(waits) < LONGEST:
        looks = sum(DAY / wait for wait in waits)
        assert looks == pytest.approx(len(rmas) * (DAY / even), rel=0.001)


@pytest.mark.parametrize(
    ("kinds", "statuses"),
    [
        ({Kind.SHIPMENT_STATUS_CHANGED}, {"Approved"}),
        ({Kind.ITEM_VALIDATED}, {"Approved", "Received"}),
        ({Kind.COMMENT_ADDED}, {"Pending", "Approved", "Received", "Validated"}),
        (set(), set()),
    ],
)
def test_what_is_asked_for_decides_where_something_is_to_be_expected(kinds, statuses):
    assert lively_for(kinds) == statuses
