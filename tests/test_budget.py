import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from connector.budget import Balance, Budget, DaySpent, TooFast
from connector.store import Store, StoreUnavailable, database
from connector.store import tables as stored
from connector.store.instant import EPOCH
from tests.stand_ins import NOON, HandClock

KEY = "key"
FAST = 1_000_000  # calls a second: only the day limits
MIDNIGHT = datetime(2026, 2, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)

# One database serves all examples; each spends a key of its own.
property_of_a_database = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def spend(budget: Budget, key: str = KEY, *, background: bool = False) -> int:
    """Take until the day refuses; answer how many were granted."""
    granted = 0
    while True:
        try:
            budget.take(key, background=background)
        except DaySpent:
            return granted
        granted += 1


def refused(take: Callable[[], None], kind: type[DaySpent | TooFast]) -> float:
    with pytest.raises(kind) as error:
        take()
    return error.value.retry_after


@pytest.fixture
def day(store: Store, clock: HandClock) -> Budget:
    """Twenty calls a day, two of them kept for actions."""
    return Budget(store, daily=20, second=FAST, clock=clock)


@pytest.fixture
def second(store: Store, clock: HandClock) -> Budget:
    """Ten calls a second, and as many a day as one likes."""
    return Budget(store, daily=1_000_000, second=10, clock=clock)


def test_the_day_grants_its_calls_and_not_one_more(each_store: Store, clock: HandClock):
    budget = Budget(each_store, daily=20, second=FAST, clock=clock)

    assert spend(budget) == 20
    assert refused(lambda: budget.take(KEY), DaySpent) == 12 * 3600


def test_a_key_does_not_spend_anothers_calls(day: Budget):
    spend(day)

    assert spend(day, "other") == 20


def test_what_is_spent_outlives_the_process(store: Store, day: Budget, clock: HandClock):
    spend(day)
    restarted = Budget(store, daily=20, second=FAST, clock=clock)

    assert spend(restarted) == 0


def test_the_reserve_is_kept_from_reading_but_not_from_actions(day: Budget):
    assert day.reserve == 2
    assert spend(day, background=True) == 18
    assert spend(day) == 2


def test_reading_waits_for_midnight_though_actions_have_calls_left(day: Budget):
    spend(day, background=True)

    assert refused(lambda: day.take(KEY, background=True), DaySpent) == 12 * 3600


@pytest.mark.parametrize("daily", [1, 9])
def test_a_tiny_day_has_no_reserve(store: Store, clock: HandClock, daily: int):
    budget = Budget(store, daily=daily, second=FAST, clock=clock)

    assert spend(budget, background=True) == daily


def test_the_day_begins_anew_at_midnight_utc(day: Budget, clock: HandClock):
    spend(day)
    clock.advance(timedelta(hours=12) - timedelta(microseconds=1))
    assert refused(lambda: day.take(KEY), DaySpent) == 1

    clock.advance(timedelta(microseconds=1))
    assert clock.now() == MIDNIGHT
    assert spend(day) == 20


def test_a_day_without_calls_carries_nothing_over(day: Budget, clock: HandClock):
    spend(day)
    clock.advance(timedelta(days=3))

    assert day.balance(KEY).remaining == 20
    assert spend(day) == 20


def forget_the_pace(store: Store) -> None:
    with store.write() as connection:
        connection.execute(update(stored.budget).values(paced_until=EPOCH))


@property_of_a_database
@given(
    st.lists(
        st.tuples(
            st.booleans(),  # which of two machines takes a call, or several
            st.integers(1, 4),
            st.sampled_from([0, 1, 20, 59, 60, 61, 180]),  # seconds that pass before
        ),
        max_size=60,
    ),
    st.integers(-600, 600),  # how far the other machine's clock is ahead
)
@example([(True, 4, 0), (False, 4, 0), (True, 4, 20), (False, 4, 180)], 300)
@example([(False, 4, 0), (True, 1, 0), (False, 4, 0)], 300)
def test_no_day_is_exceeded_by_machines_whose_clocks_disagree_at_midnight(
    store: Store, takes: list[tuple[bool, int, int]], ahead: int
):
    daily = 6
    key = uuid.uuid4().hex
    ours = HandClock(MIDNIGHT - timedelta(minutes=4))
    theirs = HandClock(ours.now() + timedelta(seconds=ahead))
    machines = {
        is_ours: (Budget(store, daily=daily, second=FAST, clock=clock), clock)
        for is_ours, clock in ((True, ours), (False, theirs))
    }
    granted: Counter[str] = Counter()
    day = "before midnight"
    for is_ours, calls, seconds in takes:
        ours.sleep(seconds)
        theirs.sleep(seconds)
        budget, clock = machines[is_ours]
        for _ in range(calls):
            forget_the_pace(store)  # the clock that is ahead would hold the other up
            try:
                budget.take(key)
            except DaySpent:
                continue
            if clock.now() >= MIDNIGHT:
                day = "after midnight"
            granted[day] += 1

    # the first call that anybody makes after midnight begins the day for all
    assert all(count <= daily for count in granted.values()), granted


def grants(budget: Budget, clock: HandClock, key: str, advances: list[int]) -> list[datetime]:
    """Ask for a call after each advance (in microseconds); answer when one was granted."""
    times = []
    for microseconds in advances:
        clock.advance(timedelta(microseconds=microseconds))
        try:
            budget.take(key)
        except TooFast:
            continue
        times.append(clock.now())
    return times


def fullest_second(times: list[datetime]) -> int:
    """Count the calls of the fullest window of a second, both of its ends included."""
    return max((sum(start <= at <= start + SECOND for at in times) for start in times), default=0)


@property_of_a_database
@given(
    st.integers(2, 12),
    st.lists(
        st.sampled_from([0, 0, 0, 1, 90_909, 142_857, 333_333, 500_000, 999_999, 1_000_000])
        | st.integers(0, 2_000_000),
        max_size=60,
    ),
)
@example(3, [0, 0, 666_666, 1, 333_333])
@example(10, [0] * 12 + [200_000] * 6)
def test_no_window_of_a_second_holds_more_than_its_calls(
    store: Store, limit: int, advances: list[int]
):
    clock = HandClock()
    budget = Budget(store, daily=1_000_000, second=limit, clock=clock)
    times = grants(budget, clock, uuid.uuid4().hex, advances)

    assert fullest_second(times) <= limit


@pytest.mark.parametrize("limit", [2, 3, 7, 14, 100, 2828, 5880, 99_991])
def test_the_pace_is_never_rounded_up(store: Store, limit: int):
    budget = Budget(store, daily=1_000_000, second=limit)
    at_once = budget._burst // budget._step + 1
    trickling = SECOND // budget._step

    assert at_once + trickling <= limit


def test_half_of_the_second_comes_at_once_and_the_rest_trickles(second: Budget, clock: HandClock):
    key = "k"
    assert len(grants(second, clock, key, [0] * 20)) == 5
    assert refused(lambda: second.take(key), TooFast) == 0.2

    assert len(grants(second, clock, key, [200_000] * 5)) == 5


def test_who_waits_as_long_as_told_is_granted(second: Budget, clock: HandClock):
    for _ in range(20):
        try:
            second.take(KEY)
        except TooFast as refusal:
            clock.sleep(refusal.retry_after)
            second.take(KEY)


def test_a_steady_caller_gets_half_the_rate_for_good(second: Budget, clock: HandClock):
    assert len(grants(second, clock, KEY, [200_000] * 100)) == 100


def test_a_refused_call_is_not_spent(second: Budget, clock: HandClock):
    granted = len(grants(second, clock, KEY, [0] * 20))

    assert second.balance(KEY).remaining == 1_000_000 - granted


def test_a_key_learnt_to_be_spent_is_closed_until_midnight(day: Budget, clock: HandClock):
    day.take(KEY)
    day.learn_spent(KEY)

    assert day.balance(KEY).remaining == 0
    assert refused(lambda: day.take(KEY), DaySpent) == 12 * 3600
    assert spend(day, "other") == 20
    clock.advance(timedelta(hours=12))
    assert day.balance(KEY).remaining == 20
    assert spend(day) == 20


def test_a_key_is_closed_for_minutes_when_it_may_be_yesterday_at_returngo(
    day: Budget, clock: HandClock
):
    # Our clock is a second ahead: the day that is spent there is not the one that began here.
    clock.advance(MIDNIGHT - clock.now() + SECOND)
    day.take(KEY)
    day.learn_spent(KEY)

    assert refused(lambda: day.take(KEY), DaySpent) == 299
    assert day.balance(KEY) == Balance(limit=20, remaining=0, for_background=0, resets_in=299)
    clock.sleep(299)
    assert spend(day) == 19


def test_a_key_that_is_still_spent_when_clocks_agree_is_closed_for_the_day(
    day: Budget, clock: HandClock
):
    clock.advance(MIDNIGHT - clock.now() + timedelta(minutes=5))
    day.take(KEY)
    day.learn_spent(KEY)

    assert day.balance(KEY).resets_in == 24 * 3600 - 300


def test_a_throttled_key_lets_a_second_pass(second: Budget, clock: HandClock):
    second.take(KEY)
    second.learn_throttled(KEY)

    assert refused(lambda: second.take(KEY), TooFast) == 1
    second.take("other")
    clock.sleep(1)
    assert len(grants(second, clock, KEY, [0] * 5)) == 1, "it comes back slowly, not in a burst"


def test_a_spent_day_is_told_before_a_spent_second(store: Store, clock: HandClock):
    budget = Budget(store, daily=20, second=10, clock=clock)
    budget.take(KEY)
    budget.learn_throttled(KEY)
    budget.learn_spent(KEY)

    refused(lambda: budget.take(KEY), DaySpent)


def test_an_unknown_key_has_its_whole_day(day: Budget):
    assert day.balance(KEY) == Balance(
        limit=20, remaining=20, for_background=18, resets_in=12 * 3600
    )


def test_the_balance_says_what_is_left_and_for_whom(day: Budget, clock: HandClock):
    for _ in range(19):
        day.take(KEY)
    clock.advance(timedelta(seconds=0.5))

    assert day.balance(KEY) == Balance(limit=20, remaining=1, for_background=0, resets_in=12 * 3600)


def test_a_day_that_another_machine_began_counts_before_our_midnight(store: Store, day: Budget):
    ahead = Budget(store, daily=20, second=FAST, clock=HandClock(MIDNIGHT))
    ahead.take(KEY)

    assert day.balance(KEY).remaining == 19


def test_a_lowered_limit_is_not_below_nothing(store: Store, day: Budget, clock: HandClock):
    spend(day)
    lowered = Budget(store, daily=10, second=FAST, clock=clock)

    assert lowered.balance(KEY).remaining == 0
    refused(lambda: lowered.take(KEY), DaySpent)


def test_without_the_database_nothing_is_granted(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "LOCK_WAIT", 0)
    hasty = Store(database_url)
    budget = Budget(hasty, daily=20, second=FAST, clock=HandClock(NOON))

    with store.write(), pytest.raises(StoreUnavailable):
        budget.take(KEY)
    assert budget.balance(KEY).remaining == 20
    hasty.close()
