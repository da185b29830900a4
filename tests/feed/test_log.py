from collections.abc import Iterable

import pytest

from connector.blocks import Kind, Topic
from connector.feed.log.entries import Entry
from connector.feed.log.reader import CHUNK_EVENTS
from connector.feed.streams.interests import Wanted
from tests.feed.returngo import DEMO, OUTLET
from triggers.new_rma import block as new_rma
from triggers.refund_requested import block as refund_requested


@pytest.fixture
def fill(store, streams, money, connection, clock):
    """Record so many refunds of a shop, and answer the stream."""

    def fill_(count, shop=DEMO, first=1, status="Requested"):
        stream = streams.ask(connection, shop, Topic(Kind.TRANSACTION_STATUS_CHANGED))
        at = "2026-02-04T11:00:00+00:00"
        rows = [
            {"id": first + n, "status": status, "createdAt": at, "lastUpdated": at}
            for n in range(count)
        ]
        with store.write() as database:
            money.take(database, stream, rows, Wanted(), clock.now())
        return stream.id

    return fill_


def seqs(entries: Iterable[Entry]) -> list[int]:
    return [entry.seq for entry in entries]


@pytest.mark.parametrize(
    "count", [0, 1, CHUNK_EVENTS - 1, CHUNK_EVENTS, CHUNK_EVENTS + 1, 2 * CHUNK_EVENTS]
)
def test_both_ways_lead_over_every_event(log, fill, count):
    stream = fill(count)
    # each row is two events: the other tells that the transaction was made
    forwards = list(range(2, 2 * count + 1, 2))
    assert seqs(log.oldest_first(refund_requested, [stream], after=0)) == forwards
    assert seqs(log.newest_first(refund_requested, [stream])) == forwards[::-1]


def test_a_place_itself_is_passed_over(log, fill):
    stream = fill(4)
    assert seqs(log.oldest_first(refund_requested, [stream], after=4)) == [6, 8]
    assert seqs(log.newest_first(refund_requested, [stream], before=6)) == [4, 2]


def test_other_streams_statuses_and_kinds_are_left_out(log, fill):
    demo = fill(1)
    outlet = fill(1, OUTLET, first=10)
    fill(1, first=20, status="Success")
    assert seqs(log.newest_first(refund_requested, [demo])) == [2]
    assert seqs(log.newest_first(refund_requested, [demo, outlet])) == [4, 2]
    assert seqs(log.newest_first(new_rma, [demo, outlet])) == []


def test_an_event_is_found_only_in_its_own_connections_log(log, fill, connection):
    fill(3)
    event_id = "transaction:2:Requested:2026-02-04T11:00:00Z"
    assert log.place(connection.id, event_id) == 4
    assert log.place("another", event_id) is None
    assert log.place(connection.id, "2") is None


def test_an_event_that_waits_has_no_place(log, store, streams, money, connection, clock):
    stream = streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    with store.write() as database:
        money.take(database, stream, [{"rmaId": "5"}], Wanted(), clock.now())
    assert log.place(connection.id, "rma:5:created") is None
    assert seqs(log.newest_first(new_rma, [stream.id])) == []


def test_an_entry_tells_shop_times_and_what_returngo_sent(log, fill, clock):
    [entry] = log.newest_first(refund_requested, [fill(1, OUTLET)])
    assert entry.event.shop == OUTLET
    assert entry.event.recorded_at == clock.now()
    assert entry.event.body["id"] == 1
