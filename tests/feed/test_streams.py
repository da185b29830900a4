from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import Mock

import pytest

from connector.blocks import Kind, Topic
from connector.connections import Connection
from connector.feed.pace.demand import ACTIVE_FOR
from connector.feed.streams.failure import Failure
from connector.feed.streams.lease import STREAM_LEASE, LeaseLost
from connector.store import StoreUnavailable
from tests.feed.conftest import REACH, open_streams
from tests.feed.returngo import DEMO, OUTLET


@pytest.fixture
def stream(streams, connection):
    return streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))


def test_a_stream_begins_with_the_baseline_and_keeps_it(streams, connection, clock, stream):
    began = clock.now() - REACH
    assert (stream.baseline_from, stream.since, stream.fresh_at) == (began, began, None)
    clock.advance(timedelta(days=3))
    again = streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    assert (again.id, again.baseline_from, again.asked_at) == (stream.id, began, clock.now())


def test_each_shop_and_each_resource_has_a_stream_of_its_own(streams, connection):
    ids = {
        streams.ask(connection, shop, Topic(kind)).id for shop in (DEMO, OUTLET) for kind in Kind
    }
    assert len(ids) == 4


def test_streams_wanted_within_the_hour_share_the_keys_calls(streams, demands, connection, clock):
    streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    streams.ask(connection, OUTLET, Topic(Kind.RMA_CREATED))
    streams.ask(Connection("other", (DEMO,), "other-key", "other"), DEMO, Topic(Kind.RMA_CREATED))
    assert demands.of(connection.key_id).streams == 2
    clock.advance(ACTIVE_FOR)
    assert demands.of(connection.key_id).streams == 0
    streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    assert demands.of(connection.key_id).streams == 1


def test_one_holds_the_lease_until_it_is_given_back(each_store, clock, connection):
    streams = open_streams(each_store, clock)
    stream = streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    lease = streams.leases.acquire(stream.id)
    assert lease is not None
    assert streams.leases.acquire(stream.id) is None
    assert streams.get(stream.id).is_leased(clock.now())
    streams.leases.release(lease)
    assert not streams.get(stream.id).is_leased(clock.now())
    assert streams.leases.acquire(stream.id) is not None


def test_what_could_not_be_given_back_is_free_to_who_had_it_and_to_others_in_its_time(
    each_store, clock, connection, monkeypatch
):
    streams, others = open_streams(each_store, clock), open_streams(each_store, clock)
    stream = streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    lease = streams.leases.acquire(stream.id)
    assert lease is not None
    with monkeypatch.context() as trouble:
        trouble.setattr(each_store, "write", Mock(side_effect=StoreUnavailable("full")))
        streams.leases.release(lease)
    assert others.get(stream.id).is_leased(clock.now())
    assert others.leases.acquire(stream.id) is None
    assert not streams.get(stream.id).is_leased(clock.now())
    again = streams.leases.acquire(stream.id)
    assert again is not None
    assert streams.get(stream.id).is_leased(clock.now())
    assert streams.leases.acquire(stream.id) is None


def test_a_lease_of_which_the_word_got_lost_is_free_to_who_took_it(
    store, streams, stream, clock, monkeypatch
):
    write = store.write

    @contextmanager
    def write_and_lose_the_answer():
        with write() as database:
            yield database
        raise StoreUnavailable("gone")

    with monkeypatch.context() as trouble:
        trouble.setattr(store, "write", write_and_lose_the_answer)
        with pytest.raises(StoreUnavailable):
            streams.leases.acquire(stream.id)
    assert open_streams(store, clock).leases.acquire(stream.id) is None
    assert streams.leases.acquire(stream.id) is not None


def test_a_lease_that_ran_out_is_somebody_elses(each_store, clock, connection):
    streams = open_streams(each_store, clock)
    stream = streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    late = streams.leases.acquire(stream.id)
    clock.advance(STREAM_LEASE)
    taken = streams.leases.acquire(stream.id)
    assert late is not None
    assert taken is not None
    with pytest.raises(LeaseLost), each_store.write() as database:
        late.update(database, clock.now(), pass_cursor="late")
    streams.leases.release(late)
    assert streams.get(stream.id).pass_cursor is None
    assert streams.get(stream.id).lease_owner == taken.owner


def test_every_write_prolongs_the_lease(store, streams, stream, clock):
    lease = streams.leases.acquire(stream.id)
    clock.advance(STREAM_LEASE - timedelta(seconds=1))
    with store.write() as database:
        lease.update(database, clock.now())
    clock.advance(STREAM_LEASE - timedelta(seconds=1))
    assert streams.leases.acquire(stream.id) is None


def test_each_failure_makes_the_next_try_wait_longer_up_to_a_quarter_of_an_hour(
    streams, stream, clock
):
    waits = []
    for _ in range(20):
        streams.fail(streams.leases.acquire(stream.id), Failure.UNAVAILABLE)
        waits.append((streams.get(stream.id).retry_at - clock.now()).total_seconds())
        clock.advance(STREAM_LEASE)
    assert waits[:9] == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert set(waits[9:]) == {900}


def test_a_new_key_forgives_the_failures_of_the_old_one(streams, stream, connection):
    streams.fail(streams.leases.acquire(stream.id), Failure.KEY_REFUSED)
    assert streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED)).failure == Failure.KEY_REFUSED
    changed = Connection(connection.id, connection.shops, "another-key", connection.label)
    forgiven = streams.ask(changed, DEMO, Topic(Kind.RMA_CREATED))
    assert (forgiven.failure, forgiven.failures, forgiven.retry_at) == (None, 0, None)
    assert (forgiven.id, forgiven.key_id) == (stream.id, changed.key_id)
