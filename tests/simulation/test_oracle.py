from datetime import timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tests.simulation.day import FIRST_DAY
from tests.simulation.merchants import Change, Sort
from tests.simulation.oracle import Window, fewest_calls, moments

MINUTE = timedelta(minutes=1)
SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 4)).map(
        lambda each: Window(FIRST_DAY + each[0] * MINUTE, FIRST_DAY + sum(each) * MINUTE)
    ),
    max_size=6,
)


def change(trigger: str, thing: int, at: int, *, rma: int = 1, shop: str = "one") -> Change:
    return Change((trigger, str(thing), ""), FIRST_DAY + at * MINUTE, Sort.LOUD, shop, rma)


def calls_for(*changes: Change) -> int:
    """Count the calls for changes that were all shown five minutes later."""
    return fewest_calls({each: each.at + 5 * MINUTE for each in changes})


@given(SPANS)
def test_each_window_holds_a_moment_and_no_fewer_would_do(windows):
    chosen = moments(windows)
    assert all(window.holds(chosen) for window in windows)
    ends = sorted({window.until for window in windows})
    assert not any(
        all(window.holds(fewer) for window in windows)
        for fewer in combinations(ends, max(0, len(chosen) - 1))
        if chosen
    )


def test_a_new_return_costs_its_details_and_no_list():
    assert calls_for(change("new_rma", 1, 0), change("rma_status_changed", 1, 3)) == 1


def test_one_list_tells_of_all_the_returns_of_a_shop():
    moves = [change("rma_status_changed", rma, rma, rma=rma) for rma in range(5)]
    assert calls_for(*moves) == 1
    assert calls_for(*moves, change("rma_status_changed", 9, 0, rma=9, shop="two")) == 2


def test_a_list_that_would_come_too_late_is_called_twice():
    moves = [change("rma_status_changed", rma, 10 * rma, rma=rma) for rma in range(2)]
    assert calls_for(*moves) == 2


def test_returns_and_transactions_have_a_list_each():
    assert calls_for(change("rma_status_changed", 1, 0), change("refund_requested", 2, 0)) == 2


def test_a_parcel_is_seen_in_the_details_of_its_own_return_alone():
    parcels = [change("shipment_status_changed", each, 0, rma=each) for each in range(3)]
    assert calls_for(*parcels) == 3
