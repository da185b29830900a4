from datetime import timedelta

from connector.clock import MAX_CLOCK_SKEW
from connector.feed.log.sequence import allocate_positions
from connector.store import Store
from tests.stand_ins import NOON

BIT = timedelta(milliseconds=3)


def test_numbers_go_up_and_their_times_never_down(each_store: Store):
    times = [NOON, NOON - BIT, NOON + BIT, NOON - timedelta(minutes=10), NOON + 2 * BIT]
    with each_store.write() as database:
        allocated = [allocate_positions(each_store, database, "operator", 2, now) for now in times]
    assert [each.last for each in allocated] == [2, 4, 6, 8, 10]
    assert [each.at for each in allocated] == [NOON, NOON, NOON + BIT, NOON + BIT, NOON + 2 * BIT]


def test_another_connection_has_its_own_numbers_and_times(each_store: Store):
    with each_store.write() as database:
        allocate_positions(each_store, database, "operator", 5, NOON)
        other = allocate_positions(each_store, database, "guest", 1, NOON - BIT)
    assert (other.last, other.at) == (1, NOON - BIT)


def test_a_clock_that_was_far_ahead_is_not_followed(each_store: Store):
    with each_store.write() as database:
        allocate_positions(each_store, database, "operator", 1, NOON + MAX_CLOCK_SKEW + BIT)
        assert allocate_positions(each_store, database, "operator", 1, NOON).at == NOON


def test_looking_draws_nothing(each_store: Store):
    with each_store.write() as database:
        allocate_positions(each_store, database, "operator", 3, NOON)
        assert allocate_positions(each_store, database, "operator", 0, NOON).last == 3
