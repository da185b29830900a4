import contextlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select, update

from connector.blocks import Kind, Topic
from connector.feed.log.writer import Writer
from connector.feed.reading.transactions import TransactionIngest
from connector.feed.streams.interests import Wanted
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.parts import Parts
from connector.store import Store
from connector.store.resealing import Resealing
from connector.store.tables import event, thing
from tests.conftest import SECRETS
from tests.feed.conftest import FRESHNESS, open_streams
from tests.feed.returngo import DEMO, OUTLET
from tests.former_seal import former_seal

NOTHING = Wanted()


def refund(number: int, status: str = "Requested", second: int = 0) -> dict[str, object]:
    at = f"2026-02-04T11:00:{second:02}+00:00"
    return {"id": number, "status": status, "createdAt": at, "lastUpdated": at}


BEFORE_THE_BASELINE = {
    "createdAt": "2026-02-03T11:39:58+00:00",
    "lastUpdated": "2026-02-03T11:39:59+00:00",
}


@pytest.fixture
def record(store, streams, ingest, money, connection, clock):
    """Record rows as one page."""

    def record_(rows: Sequence[dict[str, object]], kind: Kind = Kind.TRANSACTION_STATUS_CHANGED):
        stream = streams.ask(connection, DEMO, Topic(kind))
        with store.write() as database:
            rmas = partial(ingest.rmas, next_look=lambda _: FRESHNESS)
            take = rmas if kind is Kind.RMA_CREATED else money.take
            take(database, stream, rows, NOTHING, clock.now())
        return stream

    return record_


@pytest.fixture
def complete(store, ingest, tracked, clock):
    """Record the details of RMA 5."""

    def complete_(stream, details):
        with store.write() as database:
            ingest.details(
                database,
                stream,
                tracked.known(database, stream, ["5"])["5"],
                {"rmaSummary": {"rmaId": "5"}, **details},
                NOTHING,
                clock.now(),
                next_look=lambda _: FRESHNESS,
            )

    return complete_


def events(store: Store) -> list[tuple[int | None, str]]:
    """Return number and key of what tells more than that a transaction was made."""
    with store.read() as database:
        rows = database.execute(select(event.c.seq, event.c.key, event.c.kind).order_by(event.c.id))
        return [(seq, key) for seq, key, kind in rows if kind != Kind.TRANSACTION_CREATED]


def test_rows_are_recorded_once_and_numbered_in_their_order(record, store):
    rows = [refund(1), refund(2), refund(3)]
    record(rows)
    record(rows)
    assert [seq for seq, _ in events(store)] == [2, 4, 6]


def test_a_row_that_is_on_a_page_twice_is_one_change(record, store):
    record([refund(1), refund(1)])
    assert len(events(store)) == 1


def test_a_row_that_names_nothing_is_left_out(record, store):
    record([{"status": "Requested"}, refund(1), {"id": None}])
    assert [key for _, key in events(store)] == ["transaction:1:Requested:2026-02-04T11:00:00Z"]


def test_an_older_answer_that_comes_late_is_no_new_request(record, store):
    # ReturnGO may answer from a copy of its database that is behind.
    done = {**refund(1, "Success", 5), "createdAt": refund(1)["createdAt"]}
    for row in (refund(1), done, refund(1), done):
        record([row])
    assert [key for _, key in events(store)] == [
        "transaction:1:Requested:2026-02-04T11:00:00Z",
        "transaction:1:updated:2026-02-04T11:00:05Z",
        "transaction:1:Success:2026-02-04T11:00:05Z",
    ]


def test_what_changed_before_the_baseline_is_remembered_but_no_event(record, store):
    old = {**refund(1), **BEFORE_THE_BASELINE}
    record([old])
    record([old])
    assert events(store) == []
    record([refund(1, "Success")])
    assert [key.partition(":2026")[0] for _, key in events(store)] == [
        "transaction:1:updated",
        "transaction:1:Success",
    ]


def test_what_is_updated_for_the_first_time_since_the_baseline_is_told_with_its_status(
    record, store
):
    record([{**refund(1), **BEFORE_THE_BASELINE}])
    for second in (5, 6):
        record([{**refund(1, second=second), "createdAt": BEFORE_THE_BASELINE["createdAt"]}])
    assert [key for _, key in events(store)] == [
        "transaction:1:Requested:2026-02-04T11:00:05Z",
    ]


def test_an_update_is_told_when_something_that_is_shown_has_changed_and_only_then(record, store):
    """ReturnGO moves the time of store credits for nothing, and a field without its time."""
    credit = {**refund(1, "Success"), "type": "RefundToStoreCredit", "externalReferenceId": "1"}
    record([credit])
    record([{**credit, "lastUpdated": "2026-02-04T11:00:05+00:00"}])
    topped_up = {**credit, "lastUpdated": "2026-02-04T11:00:06+00:00", "externalReferenceId": "2"}
    record([topped_up])
    record([{**topped_up, "externalReferenceId": "3"}])
    record([{**topped_up, "externalReferenceId": "3"}])
    assert [key for _, key in events(store) if ":updated:" in key] == [
        "transaction:1:updated:2026-02-04T11:00:06Z",
        "transaction:1:updated:2026-02-04T11:00:06Z:2",
    ]


def test_a_row_that_shows_less_has_changed_nothing(record, store):
    credit = {**refund(1, "Success"), "type": "RefundToStoreCredit", "processor": None}
    record([credit])
    less = {key: value for key, value in credit.items() if key not in ("type", "processor")}
    record([{**less, "lastUpdated": "2026-02-04T11:00:05+00:00"}])
    record([{**credit, "lastUpdated": "2026-02-04T11:00:06+00:00"}])
    assert [key for _, key in events(store) if ":updated:" in key] == []


def test_an_answer_from_before_the_baseline_that_comes_late_does_not_have_it_told_again(
    record, store
):
    record([refund(1)])
    record([{**refund(1), **BEFORE_THE_BASELINE}])
    record([refund(1, second=5)])
    told = [key for _, key in events(store) if ":Requested:" in key]
    assert told == ["transaction:1:Requested:2026-02-04T11:00:00Z"]


def test_a_change_at_the_baselines_very_second_is_an_event(record, store):
    record([{**refund(1), "lastUpdated": "2026-02-03T11:40:00+00:00"}])
    assert [key for _, key in events(store)] == [
        "transaction:1:updated:2026-02-03T11:40:00Z",
        "transaction:1:Requested:2026-02-03T11:40:00Z",
    ]


def test_an_rma_waits_without_a_number_for_its_details(record, store, complete):
    row = {"rmaId": "5", "status": "Pending", "events": []}
    stream = record([row], Kind.RMA_CREATED)
    assert events(store) == [(None, "rma:5:created")]
    details = {"rmaSummary": row, "createdAt": "2026-02-04T11:00:00+00:00"}
    for _ in range(2):
        complete(stream, details)
    assert events(store) == [(1, "rma:5:created")]


def test_details_that_say_it_was_made_before_the_baseline_end_the_waiting(record, store, complete):
    row = {"rmaId": "5", "status": "Pending", "events": []}
    stream = record([row], Kind.RMA_CREATED)
    complete(stream, {"createdAt": "2026-02-03T11:39:59+00:00"})
    record([row], Kind.RMA_CREATED)
    assert events(store) == []


def test_details_without_a_date_let_the_event_out(record, store, complete):
    complete(record([{"rmaId": "5", "events": []}], Kind.RMA_CREATED), {"createdAt": None})
    assert events(store) == [(1, "rma:5:created")]


def test_a_row_that_was_sealed_anew_while_details_were_read_stays_so(
    store, record, ingest, tracked, clock, vault
):
    stream = record([{"rmaId": "5", "events": []}], Kind.RMA_CREATED)
    with store.write() as database:
        former = former_seal(SECRETS[0], {"rmaId": "5"})
        database.execute(update(thing).values(row=former))
        before = tracked.known(database, stream, ["5"])["5"]
    assert sum(Resealing(store, vault).steps()) == 1
    with store.write() as database:
        details = {"rmaSummary": {"rmaId": "5", "events": []}}
        ingest.details(
            database, stream, before, details, NOTHING, clock.now(), next_look=lambda _: FRESHNESS
        )
    assert Resealing(store, vault).left() == 0


def test_a_failure_of_reading_brings_no_row_back(store, record, tracked):
    stream = record([{"rmaId": "5", "events": []}], Kind.RMA_CREATED)
    with store.write() as database:
        before = tracked.known(database, stream, ["5"])["5"]
        database.execute(update(thing).values(row=b"sealed anew"))
        tracked.note_failure(database, stream, replace(before, tries=2))
        after = tracked.known(database, stream, ["5"])["5"]
    assert (after.tries, after.row) == (2, b"sealed anew")


def test_a_transaction_that_fails_leaves_no_number_behind(store, record, money, clock):
    stream = record([refund(1)])
    with contextlib.suppress(OverflowError), store.write() as database:
        money.take(database, stream, [refund(2)], NOTHING, clock.now())
        raise OverflowError
    record([refund(3)])
    assert [seq for seq, _ in events(store)] == [2, 4]


def test_numbers_become_visible_in_their_order_whoever_writes(each_store, vault, clock, connection):
    """Whoever reads while others write never sees a number whose predecessor is still to come."""
    money = TransactionIngest(
        TrackedThings(each_store),
        Parts(each_store),
        Writer(each_store, vault),
        vault,
    )
    streams = open_streams(each_store, clock)
    kinds = (Kind.RMA_CREATED, Kind.TRANSACTION_STATUS_CHANGED)
    wanted = [
        streams.ask(connection, shop, Topic(each)) for shop in (DEMO, OUTLET) for each in kinds
    ]
    writers = 4
    pages = 8
    done = threading.Event()
    gaps = []

    def write(writer: int) -> None:
        for page in range(pages):
            rows = [refund(writer * 1000 + page * 10 + row) for row in range(2)]
            with each_store.write() as database:
                money.take(database, wanted[1 + writer % 2 * 2], rows, NOTHING, clock.now())

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
        assert len(database.execute(select(event.c.seq)).all()) == writers * pages * 4
