from datetime import timedelta

from connector.backoff import Backoff

SECOND = timedelta(seconds=1)


def waits(backoff: Backoff, failures: int) -> list[float]:
    return [backoff.after(each) / SECOND for each in range(1, failures + 1)]


def test_each_failure_has_its_step_and_the_last_one_is_for_all_that_follow():
    assert waits(Backoff((SECOND, 5 * SECOND)), 4) == [1, 5, 5, 5]


def test_doubling_begins_with_the_first_and_ends_at_the_most():
    assert waits(Backoff.doubling(2 * SECOND, 15 * SECOND), 6) == [2, 4, 8, 15, 15, 15]
    assert waits(Backoff.doubling(2 * SECOND, 2 * SECOND), 3) == [2, 2, 2]


def test_no_number_of_failures_is_too_large():
    assert Backoff.doubling(SECOND, 60 * SECOND).after(10**9) == 60 * SECOND
