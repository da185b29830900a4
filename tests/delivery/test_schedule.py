import random
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.delivery.queue.schedule import LASTS, STEPS, next_try
from tests.stand_ins import NOON

SECOND = timedelta(seconds=1)


def middle(low: float, high: float) -> float:
    return (low + high) / 2


def times(retry_after: float | None = None, spread=middle) -> list[timedelta]:
    """When a delivery is tried that always fails, from its first try on."""
    now, tries = NOON, [timedelta()]
    while (again := next_try(len(tries), NOON, now, retry_after, spread=spread)) is not None:
        assert again > now
        now = again
        tries.append(now - NOON)
    return tries


def test_it_is_tried_soon_at_first_ever_more_rarely_and_for_two_days():
    tries = times()
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert [wait.total_seconds() for wait in waits[:9]] == [
        *(5, 30, 120, 600, 1800, 3600, 7200, 14_400, 14_400)
    ]
    assert tries[-1] == LASTS == timedelta(days=2)
    assert waits[:-1] == sorted(waits[:-1])
    assert len(tries) == 20


@given(seed=st.integers())
def test_no_two_that_failed_together_come_back_together(seed):
    draw = random.Random(seed).uniform
    for number, step in enumerate(STEPS, start=1):
        again = next_try(number, NOON, NOON, spread=draw)
        assert again is not None
        assert NOON + 0.8 * step <= again <= NOON + 1.2 * step


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (0, 5),  # no sooner than planned
        (20, 20),
        (35, 35),
        (36, 35),  # no later than the next two steps
        (10**9, 35),
    ],
)
def test_what_the_target_asks_for_is_kept_within_bounds(asked: float, kept: float):
    assert next_try(1, NOON, NOON, asked, spread=middle) == NOON + kept * SECOND


def test_the_last_try_is_not_put_off_by_what_the_target_asks_for():
    now = NOON + LASTS - SECOND
    assert next_try(18, NOON, now, 3600, spread=middle) == NOON + LASTS
    assert next_try(19, NOON, NOON + LASTS, spread=middle) is None
    assert next_try(2, NOON, NOON + 2 * LASTS, spread=middle) is None
