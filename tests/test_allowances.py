import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest

from connector.budget import Allowance, Budget, DaySpent, Purpose, Slot, TokenSpent, TooFast
from connector.store import Store
from tests.conftest import opened
from tests.stand_ins import HandClock

KEY = "key"
HELPDESK, LEDGER = "helpdesk", "ledger"
READING, LOOKING_UP, ACTING = Purpose
MINUTE = timedelta(minutes=1)


@pytest.fixture
def budget(each_store: Store, clock: HandClock) -> Budget:
    return budget_of(each_store, clock)


def budget_of(store: Store, clock: HandClock) -> Budget:
    return Budget(store, daily=1000, second=1_000_000, clock=clock)


def allowed(
    token: str = HELPDESK, *, minute: int | None = None, day: int | None = None
) -> Allowance:
    return Allowance(token, "Helpdesk: a loop", a_minute=minute, a_day=day)


def spend(budget: Budget, allowance: Allowance, purpose: Purpose = ACTING) -> int:
    """Take until the token is refused, and say how many were granted."""
    for granted in range(2000):
        try:
            budget.take(KEY, purpose, patience=24, allowance=allowance)
        except TokenSpent:
            return granted
    raise AssertionError("it was never refused")


def refusal(take: Callable[[], Slot], kind: type[Exception] = TokenSpent) -> Exception:
    with pytest.raises(kind) as error:
        take()
    return error.value


def test_a_token_has_its_calls_of_a_minute_and_not_one_more(budget: Budget, clock: HandClock):
    a_minute = allowed(minute=10)
    clock.advance(timedelta(seconds=15))

    assert spend(budget, a_minute) == 10
    refused = refusal(lambda: budget.take(KEY, ACTING, allowance=a_minute))
    assert isinstance(refused, TokenSpent)
    assert refused.retry_after == 45
    assert str(refused) == (
        "The token 'Helpdesk: a loop' may make 10 calls to ReturnGO a minute and has made them. It"
        " goes on at 12:01 UTC."
    )
    clock.sleep(44.999999)
    assert spend(budget, a_minute) == 0
    clock.sleep(0.000001)
    assert spend(budget, a_minute) == 10


def test_a_token_has_its_calls_of_a_day_the_last_tenth_of_them_for_actions(
    budget: Budget, clock: HandClock
):
    a_day = allowed(minute=1000, day=20)

    assert spend(budget, a_day, LOOKING_UP) == 18
    refused = refusal(lambda: budget.take(KEY, LOOKING_UP, allowance=a_day))
    assert isinstance(refused, TokenSpent)
    assert "20 calls to ReturnGO a day, of these 18 to look something up, and has" in str(refused)
    assert spend(budget, a_day) == 2
    assert "20 calls to ReturnGO a day and has made" in str(
        refusal(lambda: budget.take(KEY, ACTING, allowance=a_day))
    )
    assert refused.retry_after == 12 * 3600
    clock.advance(timedelta(hours=12))
    assert spend(budget, a_day) == 20


def test_a_token_that_is_refused_spends_nothing_and_holds_no_other_up(
    budget: Budget, clock: HandClock
):
    loop = allowed(minute=5)
    spend(budget, loop)
    for _ in range(3):
        refusal(lambda: budget.take(KEY, ACTING, allowance=loop))

    assert budget.balance(KEY).used == 5
    assert spend(budget, allowed(LEDGER, minute=5)) == 5
    budget.take(KEY, ACTING)
    assert budget.allowances.today(clock.now()) == {HELPDESK: 5, LEDGER: 5}


def test_what_the_key_refuses_is_not_counted_for_the_token(each_store: Store, clock: HandClock):
    token = allowed(minute=3)
    budget = Budget(each_store, daily=1000, second=1, clock=clock)
    budget.take(KEY, ACTING, allowance=token)
    for _ in range(5):
        refusal(lambda: budget.take(KEY, ACTING, allowance=token), TooFast)
    budget.learn_spent(KEY)
    for _ in range(5):
        refusal(lambda: budget.take(KEY, ACTING, allowance=token), DaySpent)

    assert budget.allowances.today(clock.now()) == {HELPDESK: 1}


def test_a_call_that_was_not_made_is_given_back(budget: Budget, clock: HandClock):
    token = allowed(minute=3, day=4)
    slot = budget.take(KEY, ACTING, allowance=token)
    budget.give_back(slot)
    assert spend(budget, token) == 3
    clock.advance(MINUTE)
    budget.give_back(slot)  # of a minute that is over
    assert spend(budget, token) == 2


@contextmanager
def processes(url: str, clock: HandClock, count: int) -> Iterator[list[Budget]]:
    """Open the database as often as so many processes would."""
    with ExitStack() as stack:
        budgets = []
        for _ in range(count):
            store = stack.enter_context(contextmanager(opened)(url))
            budgets.append(budget_of(store, clock))
        yield budgets


def test_the_limits_hold_among_processes_that_ask_at_once(each_database_url: str, clock: HandClock):
    granted: Counter[str] = Counter()
    lock = threading.Lock()
    tokens = [allowed(HELPDESK, minute=30), allowed(LEDGER, day=20)]
    with processes(each_database_url, clock, 4) as budgets:
        barrier = threading.Barrier(len(budgets))

        def loop(budget: Budget) -> None:
            barrier.wait()
            for turn in range(40):
                token = tokens[turn % 2]
                try:
                    budget.take(KEY, ACTING, patience=24, allowance=token)
                except TokenSpent:
                    continue
                with lock:
                    granted[token.token] += 1

        threads = [threading.Thread(target=loop, args=(each,)) for each in budgets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert granted == {HELPDESK: 30, LEDGER: 20}
        assert budgets[0].balance(KEY).used == 50


def test_a_process_whose_clock_is_a_little_behind_counts_into_the_minute_that_has_begun(
    each_store: Store, clock: HandClock
):
    behind = HandClock(clock.now() - timedelta(seconds=1))
    token = allowed(minute=10)

    for each in (clock, behind):
        budget = budget_of(each_store, each)
        for _ in range(5):
            budget.take(KEY, ACTING, patience=24, allowance=token)
    assert spend(budget_of(each_store, clock), token) == 0
    assert spend(budget_of(each_store, behind), token) == 0


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(days=40)], ids=str)
def test_what_a_clock_that_was_wrong_has_counted_holds_no_call_up(
    budget: Budget, clock: HandClock, step: timedelta
):
    token = allowed(minute=10, day=1000)
    clock.advance(step)
    spend(budget, token)
    clock.advance(-step)

    assert spend(budget, token) == 10
