from datetime import timedelta

import pytest

from connector.budget import Balance
from connector.feed.pace import freshness_target

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
        freshness_target(balance(for_background, resets_in), shares=shares, shortest=MINUTE)
        == target
    )


def test_without_calls_for_background_nothing_is_read_until_the_day_is_over():
    # The reserve may still be there: 2000 remain, none of them for reading.
    assert freshness_target(balance(0, 5_000), shares=3, shortest=MINUTE) == timedelta(
        seconds=5_000
    )
