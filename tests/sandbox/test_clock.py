from datetime import UTC, datetime, timedelta

import pytest

from connector.sandbox.clock import Clock, machine_time, parse_instant
from tests.sandbox.client import START, Time

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def test_it_starts_where_it_is_told_to_and_runs_on(time: Time) -> None:
    clock = Clock(time.now, LATER)
    assert clock.now() == LATER
    time.forward(seconds=5)
    assert clock.now() == LATER + timedelta(seconds=5)


def test_without_a_start_it_is_its_source(time: Time) -> None:
    assert Clock(time.now).now() == START


def test_it_jumps_both_ways_and_runs_on(time: Time) -> None:
    clock = Clock(time.now)
    clock.set(LATER)
    clock.advance(-3600)
    time.forward(seconds=1)
    assert clock.now() == LATER - timedelta(seconds=3599)


def test_a_restart_goes_back_to_the_start(time: Time) -> None:
    clock = Clock(time.now, LATER)
    clock.advance(99)
    time.forward(days=1)
    clock.restart()
    assert clock.now() == LATER


def test_it_can_say_whole_seconds(time: Time) -> None:
    time.forward(milliseconds=999)
    assert Clock(time.now).second() == START


def test_the_machine_time_is_aware() -> None:
    assert machine_time().tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["2026-03-10T12:00:00", "2026-03-10T12:00:00Z", "2026-03-10T14:00:00+02:00"]
)
def test_an_instant_is_read_as_utc(text: str) -> None:
    assert parse_instant(text) == START
    assert parse_instant(text).utcoffset() == timedelta()
