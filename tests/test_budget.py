import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from connector.budget import Balance, Budget, DaySpent, Purpose, Slot, TooFast
from connector.budget.day import midnight_after
from connector.budget.rate import SLOT_JITTER, Rate
from connector.clock import MAX_CLOCK_SKEW
from connector.store import Store, StoreUnavailable, database
from connector.store import tables as stored
from connector.store.instant import EPOCH
from tests.stand_ins import NOON, HandClock

KEY = "key"
READING, LOOKING_UP, ACTING = Purpose
FAST = 1_000_000  # calls a second: only the day limits
MIDNIGHT = datetime(2026, 2, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)

# One database serves all examples; each spends a key of its own.
property_of_a_database = settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def spend(budget: Budget, key: str = KEY, purpose: Purpose = ACTING) -> int:
    """Take until the day refuses; answer how many were granted."""
    granted = 0
    while True:
        try:
            budget.take(key, purpose)
        except DaySpent:
            return granted
        granted += 1


def refused(take: Callable[[], Slot], kind: type[DaySpent | TooFast]) -> float:
    with pytest.raises(kind) as error:
        take()
    return error.value.retry_after


@pytest.fixture
def day(store: Store, clock: HandClock) -> Budget:
    """Twenty calls a day, two of them kept for actions, a third for them and for looking up."""
    return Budget(store, daily=20, second=FAST, clock=clock)


@pytest.fixture
def second(store: Store, clock: HandClock) -> Budget:
    """Ten calls a second, and as many a day as one likes."""
    return Budget(store, daily=1_000_000, second=10, clock=clock)


def test_the_day_grants_its_calls_and_not_one_more(each_store: Store, clock: HandClock):
    budget = Budget(each_store, daily=20, second=FAST, clock=clock)

    assert spend(budget) == 20
    assert refused(lambda: budget.take(KEY, ACTING), DaySpent) == 12 * 3600


def test_a_key_does_not_spend_anothers_calls(day: Budget):
    spend(day)

    assert spend(day, "other") == 20


def test_what_is_spent_outlives_the_process(store: Store, day: Budget, clock: HandClock):
    spend(day)
    restarted = Budget(store, daily=20, second=FAST, clock=clock)

    assert spend(restarted) == 0


def test_each_purpose_leaves_calls_to_those_that_go_before_it(each_store: Store, clock: HandClock):
    day = Budget(each_store, daily=20, second=FAST, clock=clock)

    assert spend(day, purpose=READING) == 17
    assert spend(day, purpose=LOOKING_UP) == 1
    assert spend(day, purpose=READING) == spend(day, purpose=LOOKING_UP) == 0
    assert spend(day) == 2


def test_reading_waits_for_midnight_though_actions_have_calls_left(day: Budget):
    spend(day, purpose=READING)

    assert refused(lambda: day.take(KEY, READING), DaySpent) == 12 * 3600


@pytest.mark.parametrize("daily", [1, 6])
def test_of_a_tiny_day_nothing_is_kept(store: Store, clock: HandClock, daily: int):
    budget = Budget(store, daily=daily, second=FAST, clock=clock)

    assert spend(budget, purpose=READING) == daily


def test_the_day_begins_anew_at_midnight_utc(day: Budget, clock: HandClock):
    spend(day)
    clock.advance(timedelta(hours=12) - timedelta(microseconds=1))
    assert refused(lambda: day.take(KEY, ACTING), DaySpent) == 1

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
                budget.take(key, ACTING)
            except DaySpent:
                continue
            if clock.now() >= MIDNIGHT:
                day = "after midnight"
            granted[day] += 1

    # the first call that anybody makes after midnight begins the day for all
    assert all(count <= daily for count in granted.values()), granted


def fullest_second(times: list[datetime]) -> int:
    """Count the calls of the fullest window of a second, both of its ends included."""
    return max((sum(start <= at <= start + SECOND for at in times) for start in times), default=0)


@property_of_a_database
@given(
    st.sampled_from([1, 2, 3, 5, 7, 10, 11, 12, 20]),
    st.lists(
        st.tuples(
            st.sampled_from([0, 0, 0, 1, 90_909, 216_000, 500_000, 999_999, 1_000_000])
            | st.integers(0, 2_000_000),  # microseconds that pass before
            st.booleans(),  # whether it is reading
            st.sampled_from([0, 1, 24]),  # seconds of patience
            st.integers(0, 79_999),  # microseconds that it is late, or under way
        ),
        max_size=60,
    ),
)
@example(5, [(0, False, 24, 79_999)] + [(0, False, 24, 0)] * 12)
@example(20, [(0, True, 24, 0)] * 12 + [(200_000, False, 24, 0)] * 20)
def test_no_window_of_a_second_holds_more_than_its_calls_however_late_each_is(
    store: Store, limit: int, asked: list[tuple[int, bool, int, int]]
):
    clock = HandClock()
    budget = Budget(store, daily=1_000_000, second=limit, clock=clock)
    key = uuid.uuid4().hex
    arrivals = []
    for microseconds, background, patience, late in asked:
        clock.advance(timedelta(microseconds=microseconds))
        try:
            slot = budget.take(key, READING if background else ACTING, patience=patience)
        except TooFast:
            continue
        assert 0 <= slot.wait <= patience
        assert slot.at == clock.now() + timedelta(seconds=slot.wait)
        arrivals.append(slot.at + timedelta(microseconds=late))

    assert fullest_second(arrivals) <= limit


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 10, 14, 100, 2828, 5880, 99_991])
def test_the_pace_is_never_rounded_up(limit: int):
    rate = Rate.of(limit)

    assert 1 + (rate.burst + SECOND + SLOT_JITTER) // rate.step <= limit
    assert limit * rate.step - rate.burst < SECOND + 3 * SLOT_JITTER, "little of the limit is left"


def waits(budget: Budget, count: int, key: str = KEY) -> list[float]:
    """Take that many slots at once, with patience; answer how long each has to wait."""
    return [budget.take(key, ACTING, patience=24).wait for _ in range(count)]


def test_fifty_at_once_each_get_the_next_slot(each_store: Store, clock: HandClock):
    budget = Budget(each_store, daily=2000, second=5, clock=clock)
    found = waits(budget, 50)

    assert found == pytest.approx([number * 0.216001 for number in range(50)])
    assert found[-1] < 11
    assert budget.balance(KEY).remaining == 1950


def test_a_tenth_of_a_large_limit_may_come_at_once(second: Budget):
    assert waits(second, 4) == pytest.approx([0, 0, 0.120001, 0.240002])


def fill(budget: Budget, patience: float) -> list[float]:
    """Take slots until the queue is too long; answer how long each has to wait."""
    queue = []
    with suppress(TooFast):
        while True:
            queue.append(budget.take(KEY, ACTING, patience=patience).wait)
    return queue


def test_a_queue_ends_where_patience_does_and_says_how_long_it_is(second: Budget):
    queue = fill(second, patience=2)

    assert max(queue) <= 2 < refused(lambda: second.take(KEY, ACTING, patience=2), TooFast) < 2.2
    assert second.balance(KEY).remaining == 1_000_000 - len(queue), "the refused one is not spent"


def test_a_queue_is_never_longer_than_half_a_minute(second: Budget):
    assert 29 < max(fill(second, patience=3600)) <= 30


def test_a_caller_that_waits_as_long_as_told_is_granted(second: Budget, clock: HandClock):
    for _ in range(20):
        try:
            second.take(KEY, ACTING)
        except TooFast as refusal:
            clock.sleep(refusal.retry_after)
            second.take(KEY, ACTING)


def test_a_call_that_is_given_back_counts_no_more(day: Budget):
    slots = [day.take(KEY, ACTING, patience=1) for _ in range(3)]
    for slot in slots:
        day.give_back(slot)

    assert day.balance(KEY).remaining == 20
    assert spend(day) == 20


def test_a_call_of_yesterday_is_not_given_back_to_today(day: Budget, clock: HandClock):
    slot = day.take(KEY, ACTING)
    clock.advance(timedelta(hours=12))
    day.take(KEY, ACTING)
    day.give_back(slot)

    assert day.balance(KEY).remaining == 19


@pytest.mark.parametrize(("milliseconds", "is_due"), [(0, True), (56, True), (57, False)])
@pytest.mark.parametrize("sign", [1, -1], ids=["late", "set back"])
def test_a_slot_is_for_its_own_time(
    second: Budget, clock: HandClock, milliseconds: int, is_due: bool, sign: int
):
    waits(second, 5)
    slot = second.take(KEY, ACTING, patience=24)
    clock.advance(slot.at - clock.now() + sign * timedelta(milliseconds=milliseconds))

    assert second.is_due(slot) == is_due


def test_reading_stands_in_no_queue_until_it_is_its_turn(store: Store, clock: HandClock):
    budget = Budget(store, daily=2000, second=5, clock=clock)
    budget.take(KEY, READING, patience=24)
    waits(budget, 50)

    assert refused(lambda: budget.take(KEY, READING, patience=24), TooFast) > 10
    assert budget.take(KEY, ACTING, patience=24).wait > 10


def test_reading_has_its_turn_twice_a_minute_however_many_actions_come(
    store: Store, clock: HandClock
):
    budget = Budget(store, daily=1_000_000, second=5, clock=clock)
    read_at = []
    for _ in range(1200):  # actions that come for two minutes, twice as fast as they may go
        clock.advance(timedelta(seconds=0.1))
        with suppress(TooFast):
            budget.take(KEY, READING, patience=24)
            read_at.append(clock.now())
        with suppress(TooFast):
            budget.take(KEY, ACTING, patience=24)

    gaps = [(after - before).total_seconds() for before, after in pairwise(read_at)]
    assert len(read_at) == 4
    assert max(gaps) < 31


@property_of_a_database
@given(
    st.sampled_from([1, 2, 5, 10, 100]),
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 50, 100, 200, 1000]) | st.integers(0, 3000),
            st.booleans(),
        ),
        max_size=60,
    ),
)
def test_reading_delays_an_action_by_one_slot_at_most(
    store: Store, limit: int, asked: list[tuple[int, bool]]
):
    """Asked for within half a minute; afterwards reading has another turn."""
    slots: dict[bool, list[datetime]] = {}
    for has_reading in (False, True):
        clock = HandClock()
        budget = Budget(store, daily=1_000_000, second=limit, clock=clock)
        key = uuid.uuid4().hex
        slots[has_reading] = []
        for milliseconds, background in asked:
            clock.advance(timedelta(milliseconds=milliseconds))
            if clock.now() >= NOON + timedelta(seconds=30):
                break
            if not background:
                # without patience for all, a refusal of one would make room for another
                try:
                    slots[has_reading].append(budget.take(key, ACTING, patience=30).at)
                except TooFast:
                    break
            elif has_reading:
                with suppress(TooFast):
                    budget.take(key, READING, patience=24)

    longest = Rate.of(limit).step * (1 + limit // 20)
    for alone, beside in zip(*slots.values(), strict=False):
        assert beside - alone <= longest


@property_of_a_database
@given(
    st.lists(
        st.tuples(st.integers(0, 90_000), st.booleans(), st.sampled_from([0, 1, 24])), max_size=40
    )
)
def test_no_day_holds_more_than_its_calls(store: Store, asked: list[tuple[int, bool, int]]):
    clock = HandClock()
    budget = Budget(store, daily=6, second=5, clock=clock)
    key = uuid.uuid4().hex
    counted: Counter[str] = Counter()
    for seconds, background, patience in asked:
        clock.sleep(seconds % 7 and seconds)
        with suppress(DaySpent, TooFast):
            counted[budget.take(key, READING if background else ACTING, patience=patience).day] += 1
        assert budget.balance(key).remaining == 6 - counted[clock.now().date().isoformat()]

    assert all(count <= 6 for count in counted.values())


def test_a_key_learnt_to_be_spent_is_closed_until_midnight(day: Budget, clock: HandClock):
    day.take(KEY, ACTING)
    day.learn_spent(KEY)

    assert day.balance(KEY).remaining == 0
    assert refused(lambda: day.take(KEY, ACTING), DaySpent) == 12 * 3600
    assert spend(day, "other") == 20
    clock.advance(timedelta(hours=12))
    assert day.balance(KEY).remaining == 20
    assert spend(day) == 20


def test_a_key_is_closed_for_minutes_when_it_may_be_yesterday_at_returngo(
    day: Budget, clock: HandClock
):
    # Our clock is a second ahead: the day that is spent there is not the one that began here.
    clock.advance(MIDNIGHT - clock.now() + SECOND)
    day.take(KEY, ACTING)
    day.learn_spent(KEY)

    assert refused(lambda: day.take(KEY, ACTING), DaySpent) == 1199
    assert day.balance(KEY) == Balance(
        20, remaining=0, for_background=0, resets_in=1199, reading=17
    )
    clock.sleep(1199)
    assert spend(day) == 19


def test_a_key_that_is_still_spent_when_clocks_agree_is_closed_for_the_day(
    day: Budget, clock: HandClock
):
    clock.advance(MIDNIGHT - clock.now() + MAX_CLOCK_SKEW)
    day.take(KEY, ACTING)
    day.learn_spent(KEY)

    assert day.balance(KEY).resets_in == 24 * 3600 - 1200


def days_of_a_shared_key(budget: Budget, clock: HandClock, others: Iterable[int]) -> Iterator[int]:
    """Read all day, each day, until ReturnGO says that it is spent; yield how far reading came.

    Others make their calls first.
    """
    for taken in others:
        made = 0
        with suppress(DaySpent):
            while True:
                budget.take(KEY, READING)
                made += 1
                if made + taken >= budget.daily:
                    budget.learn_spent(KEY)
                clock.sleep(1)
        yield made
        clock.advance(midnight_after(clock.now()) - clock.now() + MAX_CLOCK_SKEW)


def test_reading_leaves_alone_what_others_take_and_takes_it_back_when_they_stop(
    each_store: Store, clock: HandClock
):
    budget = Budget(each_store, daily=40, second=FAST, clock=clock)

    assert [*days_of_a_shared_key(budget, clock, [12, 12, 12, 0, 0, 0])] == [
        28,  # the day was spent: 12 of 40 were not there
        22,  # 34 for reading, less 12; what is kept for others was there
        28,  # 34 less 6: the day was spent again
        22,
        28,
        31,
    ]


def test_a_key_that_others_spend_whole_is_still_read_a_little(day: Budget, clock: HandClock):
    day.take(KEY, ACTING)
    day.learn_spent(KEY)
    clock.advance(timedelta(hours=12))

    balance = day.balance(KEY)
    assert (balance.used_elsewhere, balance.reading, balance.for_background) == (15, 2, 2)
    assert spend(day, purpose=READING) == 2
    assert spend(day) == 18, "actions have what there is"


def test_a_day_that_we_spend_alone_says_nothing_of_others(day: Budget, clock: HandClock):
    spend(day)
    day.learn_spent(KEY)
    clock.advance(timedelta(hours=12))

    assert day.balance(KEY).used_elsewhere == 0


def test_a_day_that_may_be_yesterday_says_nothing_of_others(day: Budget, clock: HandClock):
    clock.advance(MIDNIGHT - clock.now() + SECOND)
    day.take(KEY, ACTING)
    day.learn_spent(KEY)

    assert day.balance(KEY).used_elsewhere == 0


def test_a_throttled_key_lets_a_second_pass(second: Budget, clock: HandClock):
    waiting = [second.take(KEY, ACTING, patience=24) for _ in range(4)]
    second.learn_throttled(KEY)

    assert refused(lambda: second.take(KEY, ACTING), TooFast) == 1
    assert second.balance(KEY).remaining == 1_000_000 - 4, "it is not the day that is spent"
    second.take("other", ACTING)
    clock.sleep(waiting[-1].wait)
    assert not second.is_due(waiting[-1]), "nor does a call go out that waited for its slot"
    clock.sleep(1 - waiting[-1].wait)
    second.take(KEY, ACTING)
    refused(lambda: second.take(KEY, ACTING), TooFast)  # it comes back slowly, not in a burst


def test_a_spent_day_is_told_before_a_spent_second(store: Store, clock: HandClock):
    budget = Budget(store, daily=20, second=10, clock=clock)
    budget.take(KEY, ACTING)
    budget.learn_throttled(KEY)
    budget.learn_spent(KEY)

    refused(lambda: budget.take(KEY, ACTING), DaySpent)


def test_an_unknown_key_has_its_whole_day(day: Budget):
    assert day.balance(KEY) == Balance(
        limit=20, remaining=20, for_background=17, resets_in=12 * 3600, reading=17
    )


def test_the_balance_says_what_is_left_and_for_whom(day: Budget, clock: HandClock):
    for _ in range(19):
        day.take(KEY, ACTING)
    clock.advance(timedelta(seconds=0.5))

    assert day.balance(KEY) == Balance(
        20, remaining=1, for_background=0, resets_in=12 * 3600, reading=17
    )


def test_a_day_that_another_machine_began_counts_before_our_midnight(store: Store, day: Budget):
    ahead = Budget(store, daily=20, second=FAST, clock=HandClock(MIDNIGHT))
    ahead.take(KEY, ACTING)

    assert day.balance(KEY).remaining == 19


def test_a_lowered_limit_is_not_below_nothing(store: Store, day: Budget, clock: HandClock):
    spend(day)
    lowered = Budget(store, daily=10, second=FAST, clock=clock)

    assert lowered.balance(KEY).remaining == 0
    refused(lambda: lowered.take(KEY, ACTING), DaySpent)


def test_without_the_database_nothing_is_granted(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "LOCK_WAIT", 0)
    hasty = Store(database_url)
    budget = Budget(hasty, daily=20, second=FAST, clock=HandClock(NOON))

    with store.write(), pytest.raises(StoreUnavailable):
        budget.take(KEY, ACTING)
    assert budget.balance(KEY).remaining == 20
    hasty.close()


HOUR = timedelta(hours=1)
STEPS = [HOUR, 2 * HOUR, timedelta(days=1), timedelta(days=2)]


@pytest.fixture
def shop(each_store: Store, clock: HandClock) -> Budget:
    """As many calls as a shop has."""
    return Budget(each_store, daily=20, second=5, clock=clock)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_clock_that_is_set_back_holds_no_call_up(shop: Budget, clock: HandClock, step: timedelta):
    clock.advance(step)
    waits(shop, 5)
    shop.learn_throttled(KEY)
    clock.advance(-step)

    assert shop.take(KEY, ACTING).wait == 0
    assert shop.take(KEY, ACTING, patience=1).wait == pytest.approx(0.216001)
    shop.take("other", READING)


def test_clocks_that_are_apart_are_believed(shop: Budget, clock: HandClock):
    clock.advance(MAX_CLOCK_SKEW)
    shop.take(KEY, ACTING)
    clock.advance(-MAX_CLOCK_SKEW)

    with pytest.raises(TooFast, match="the clock was set back, or those of the bridge") as refusal:
        shop.take(KEY, ACTING)
    assert refusal.value.retry_after == pytest.approx(1200, abs=1)


@pytest.mark.parametrize("step", STEPS, ids=str)
@pytest.mark.parametrize("looks_first", [True, False], ids=["looked at", "taken from"])
def test_a_closure_of_another_time_ends_at_midnight(
    shop: Budget, clock: HandClock, step: timedelta, looks_first: bool
):
    clock.advance(13 * HOUR + step)
    shop.take(KEY, ACTING)
    shop.learn_spent(KEY)
    clock.advance(-step)
    left = MIDNIGHT + timedelta(days=1) - clock.now()
    if looks_first:
        assert shop.balance(KEY).resets_in == left.total_seconds()
    else:
        assert refused(lambda: shop.take(KEY, ACTING), DaySpent) == left.total_seconds()
    clock.advance(left)

    assert shop.balance(KEY).remaining == 20
    assert shop.take(KEY, ACTING).wait == 0


def test_a_day_that_is_not_yet_is_taken_for_today_with_what_is_used(shop: Budget, clock: HandClock):
    clock.advance(timedelta(days=1))
    waits(shop, 5)
    clock.advance(timedelta(days=-1))

    assert shop.balance(KEY).remaining == 15
    waits(shop, 3)
    assert shop.balance(KEY).remaining == 12
    clock.advance(12 * HOUR)
    assert shop.balance(KEY).remaining == 20, "the day that has come is a new one"


class Unsteady:
    """A bridge whose clock is set, and a steady clock that counts what it is granted."""

    def __init__(self, store: Store) -> None:
        self.steady, self.clock = HandClock(), HandClock()
        self.budget = Budget(store, daily=6, second=5, clock=self.clock)
        self.key = uuid.uuid4().hex
        self.granted: list[datetime] = []
        self.set_at: list[datetime] = []
        self.wrong_days: set[str] = set()

    def take(self, calls: int) -> None:
        for _ in range(calls):
            try:
                slot = self.budget.take(self.key, ACTING, patience=24)
            except (DaySpent, TooFast) as refusal:
                self.check(refusal)
            else:
                self.granted.append(self.steady.now() + timedelta(seconds=slot.wait))

    def check(self, refusal: DaySpent | TooFast) -> None:
        """A refusal for pace ends with a queue, one for the day at midnight, give or take a skew.

        Also where the clock is wrong: the midnight is then its own.
        """
        now = self.clock.now()
        midnight = datetime.combine(now.date(), time(), tzinfo=UTC) + timedelta(days=1)
        longest = MAX_CLOCK_SKEW + timedelta(seconds=32)
        if isinstance(refusal, DaySpent):
            is_near = now + MAX_CLOCK_SKEW >= midnight
            longest = midnight - now + (MAX_CLOCK_SKEW if is_near else timedelta(seconds=1))
        assert refusal.retry_after <= longest.total_seconds()

    def wait(self, seconds: int) -> None:
        self._note()
        self.steady.sleep(seconds)
        self.clock.sleep(seconds)
        self._note()

    def step(self, seconds: int) -> None:
        """Set the clock so far off."""
        self.clock.advance(self.steady.now() + timedelta(seconds=seconds) - self.clock.now())
        self.set_at.append(self.steady.now())
        self._note()

    def spent(self, _: int) -> None:
        self.budget.learn_spent(self.key)

    def throttled(self, _: int) -> None:
        self.budget.learn_throttled(self.key)

    def _note(self) -> None:
        if self.clock.now() != self.steady.now() or self.steady.now() in self.set_at:
            self.wrong_days.add(self.steady.now().date().isoformat())


OFF = [0, 0, 0, 3600, -3600, 86_400, -86_400, 172_800, -172_800]


@property_of_a_database
@given(
    st.lists(
        st.tuples(st.just(Unsteady.take), st.integers(1, 8))
        | st.tuples(st.just(Unsteady.wait), st.sampled_from([1, 3600, 40_000]) | st.integers(0, 99))
        | st.tuples(st.just(Unsteady.step), st.sampled_from(OFF) | st.integers(-172_800, 172_800))
        | st.tuples(st.sampled_from([Unsteady.spent, Unsteady.throttled]), st.just(0)),
        max_size=40,
    )
)
def test_limits_hold_and_refusals_end_though_the_clock_steps(
    store: Store, history: list[tuple[Callable[[Unsteady, int], None], int]]
):
    """Limits as a steady clock counts them, on days and in seconds when the bridge's was right."""
    bridge = Unsteady(store)
    for deed, number in history:
        deed(bridge, number)

    days = Counter(at.date().isoformat() for at in bridge.granted)
    assert all(count <= 6 for day, count in days.items() if day not in bridge.wrong_days), days
    soon = timedelta(minutes=1)
    paced = [at for at in bridge.granted if all(abs(at - step) > soon for step in bridge.set_at)]
    assert fullest_second(paced) <= 5


def test_the_calls_of_each_hour_are_counted_by_what_they_were_for(
    each_store: Store, clock: HandClock
):
    budget = Budget(each_store, daily=1000, second=1000, clock=clock)
    began = clock.now()
    for purpose in (READING, LOOKING_UP, ACTING, ACTING):
        budget.take(KEY, purpose)
    clock.advance(timedelta(hours=1))
    slot = budget.take(KEY, ACTING)
    budget.take(KEY, READING)
    budget.give_back(slot)
    budget.take("another key", ACTING)
    first, second = budget.tally.hours(KEY, began - timedelta(hours=1))
    assert first.calls == {READING: 1, LOOKING_UP: 1, ACTING: 2}
    assert second.calls == {READING: 1}
    assert (first.hour, second.hour) == (began, began + timedelta(hours=1))
    assert budget.tally.hours(KEY, second.hour) == [second]
