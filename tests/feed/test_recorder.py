import contextlib
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from connector.blocks import Resource
from connector.feed.recorder import Recorder
from connector.feed.streams import Streams
from connector.store import Store
from connector.store.tables import event
from tests.feed.conftest import BASELINE
from tests.feed.returngo import DEMO, OUTLET


def refund(number: int, status: str = "Requested", second: int = 0) -> dict[str, object]:
    at = f"2026-02-04T11:00:{second:02}+00:00"
    return {"id": number, "status": status, "lastUpdated": at}


@pytest.fixture
def record(store, streams, recorder, connection, clock):
    """Record rows of a resource as one page."""

    def record_(rows: Sequence[dict[str, object]], resource: Resource = Resource.TRANSACTIONS):
        stream = streams.ask(connection, DEMO, resource)
        with store.write() as database:
            recorder.record_rows(database, stream, rows, clock.now())
        return stream

    return record_


def events(store: Store) -> list[tuple[int | None, str]]:
    with store.read() as database:
        rows = database.execute(select(event.c.seq, event.c.key).order_by(event.c.id))
        return [(seq, key) for seq, key in rows]


def test_rows_are_recorded_once_and_numbered_in_their_order(record, store):
    rows = [refund(1), refund(2), refund(3)]
    record(rows)
    record(rows)
    assert [seq for seq, _ in events(store)] == [1, 2, 3]


def test_a_row_that_is_on_a_page_twice_is_one_change(record, store):
    record([refund(1), refund(1)])
    assert len(events(store)) == 1


def test_a_row_that_names_nothing_is_left_out(record, store):
    record([{"status": "Requested"}, refund(1), {"id": None}])
    assert [key for _, key in events(store)] == ["1:Requested:2026-02-04T11:00:00Z"]


def test_an_older_answer_that_comes_late_is_no_new_request(record, store):
    # ReturnGO may answer from a copy of its database that is behind.
    for row in (refund(1), refund(1, "Success", 5), refund(1), refund(1, "Success", 5)):
        record([row])
    assert [key for _, key in events(store)] == [
        "1:Requested:2026-02-04T11:00:00Z",
        "1:Success:2026-02-04T11:00:05Z",
    ]


def test_what_changed_before_the_baseline_is_remembered_but_no_event(record, store):
    record([{**refund(1), "lastUpdated": "2026-02-03T11:39:59+00:00"}])
    assert events(store) == []
    record([refund(1)])
    assert events(store) == []
    record([refund(1, "Success")])
    assert len(events(store)) == 1


def test_a_change_at_the_baselines_very_second_is_an_event(record, store):
    record([{**refund(1), "lastUpdated": "2026-02-03T11:40:00+00:00"}])
    assert len(events(store)) == 1


def test_an_rma_waits_without_a_number_for_its_details(record, store, recorder, clock):
    row = {"rmaId": "5", "status": "Pending", "events": []}
    stream = record([row], Resource.RMAS)
    assert events(store) == [(None, "5:created")]
    details = {"rmaSummary": row, "createdAt": "2026-02-04T11:00:00+00:00"}
    for _ in range(2):
        with store.write() as database:
            recorder.record_details(database, stream, "5", details, clock.now())
    assert events(store) == [(1, "5:created")]


def test_details_that_say_it_was_made_before_the_baseline_end_the_waiting(
    record, store, recorder, clock
):
    row = {"rmaId": "5", "status": "Pending", "events": []}
    stream = record([row], Resource.RMAS)
    with store.write() as database:
        early = {"createdAt": "2026-02-03T11:39:59+00:00"}
        recorder.record_details(database, stream, "5", early, clock.now())
    record([row], Resource.RMAS)
    assert events(store) == []


def test_details_without_a_date_let_the_event_out(record, store, recorder, clock):
    stream = record([{"rmaId": "5", "events": []}], Resource.RMAS)
    with store.write() as database:
        recorder.record_details(database, stream, "5", {"createdAt": None}, clock.now())
    assert events(store) == [(1, "5:created")]


def test_a_transaction_that_fails_leaves_no_number_behind(store, record, recorder, clock):
    stream = record([refund(1)])
    with contextlib.suppress(OverflowError), store.write() as database:
        recorder.record_rows(database, stream, [refund(2)], clock.now())
        raise OverflowError
    record([refund(3)])
    assert [seq for seq, _ in events(store)] == [1, 2]


def test_numbers_become_visible_in_their_order_whoever_writes(each_store, vault, clock, connection):
    """Whoever reads while others write never sees a number whose predecessor is still to come."""
    recorder = Recorder(each_store, vault)
    streams = Streams(each_store, clock, baseline=BASELINE)
    wanted = [streams.ask(connection, shop, each) for shop in (DEMO, OUTLET) for each in Resource]
    writers = 4
    pages = 8
    done = threading.Event()
    gaps = []

    def write(writer: int) -> None:
        for page in range(pages):
            rows = [refund(writer * 1000 + page * 10 + row) for row in range(2)]
            with each_store.write() as database:
                recorder.record_rows(database, wanted[1 + writer % 2 * 2], rows, clock.now())

    def look() -> None:
        while True:
            last_look = done.is_set()
            with each_store.read() as database:
                seqs = list(
                    database.execute(
                        select(event.c.seq).where(event.c.seq.is_not(None)).order_by(event.c.seq)
                    ).scalars()
                )
            if seqs != list(range(1, len(seqs) + 1)):
                gaps.append(seqs)
            if last_look:
                return

    looking = threading.Thread(target=look)
    looking.start()
    writing = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in writing:
        thread.start()
    for thread in writing:
        thread.join()
    done.set()
    looking.join()
    assert gaps == []
    with each_store.read() as database:
        assert len(database.execute(select(event.c.seq)).all()) == writers * pages * 2
