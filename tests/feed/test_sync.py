from datetime import timedelta

import pytest
from sqlalchemy import func, select

from connector.blocks import Kind, Topic
from connector.feed.reading.details import (
    DETAILS_RETRIES,
    TRIES_BEFORE_GIVEN_UP,
    TRIES_BEFORE_READY,
    UNKNOWN_FOR,
    UNREADABLE_FOR,
)
from connector.feed.reading.next_look import WINDOW_OVERLAP
from connector.feed.streams.failure import Failure
from connector.feed.streams.lease import STREAM_LEASE, LeaseLost
from connector.store.tables import event
from tests.feed.conftest import BASELINE
from tests.feed.returngo import DEMO, Killed, cursor_of, path_of, replace_body

SHORTEST_RETRY, *_, LONGEST_RETRY = DETAILS_RETRIES.steps


@pytest.fixture
def read(sync, streams, connection):
    """Read a stream, stale or not, and answer how it stands."""

    def read_(kind=Kind.RMA_CREATED, *, is_stale=True):
        topic = Topic(kind)
        asked = streams.ask(connection, DEMO, topic)
        sync.run(connection, asked.id, is_stale=lambda _: is_stale)
        return streams.get(asked.id, topic)

    return read_


@pytest.fixture
def hide(wire):
    """Let ReturnGO not know an RMA that it lists."""

    def hide_(rma):
        def ask_for_another(request):
            if path_of(request).startswith("/rma/"):
                request.url = request.url.replace(str(rma.id), "1")

        wire.before = ask_for_another

    return hide_


@pytest.fixture
def keys(store):
    """Return the keys of the events that are let out, in their order."""

    def keys_():
        with store.read() as database:
            query = select(event.c.key).where(event.c.seq.is_not(None)).order_by(event.c.seq)
            return list(database.execute(query).scalars())

    return keys_


def test_the_next_window_starts_at_the_first_page_by_returngos_clock(read, world, wire, clock):
    wire.pagesize = 1
    for _ in range(3):
        world.rma()
    began = clock.now()
    wire.after = lambda _: clock.advance(timedelta(seconds=9))
    stream = read()
    assert stream.since == began - WINDOW_OVERLAP
    assert stream.fresh_at == began + timedelta(seconds=3 * 9)  # when what is open was listed
    assert (stream.pass_cursor, stream.pass_next_since, stream.pass_started_at) == (None,) * 3


def test_without_a_date_the_window_reaches_back_over_a_wrong_clock(read, wire, clock):
    wire.rewrite = lambda _, response: response.headers.pop("Date")
    assert read().since == clock.now() - timedelta(minutes=20)


def test_the_window_never_goes_back(read, wire, clock):
    first = read()

    def set_back(_, response):
        response.headers["Date"] = "Mon, 02 Feb 2026 12:00:00 GMT"

    wire.rewrite = set_back
    clock.advance(timedelta(minutes=10))
    assert read().since == first.since > clock.now() - BASELINE


@pytest.mark.parametrize(
    "trouble",
    [
        {"kind": "status", "status": 503},
        {"kind": "html"},
        {"kind": "truncate"},
        {"kind": "drop"},
        {"kind": "status", "status": 200, "body": {"message": "no rows"}},
        {"kind": "status", "status": 200, "body": {"rmas": [None]}},
        {"kind": "status", "status": 429, "body": {"message": "Too Many Requests"}},
    ],
    ids=["5xx", "html", "truncated", "dropped", "no rows", "bad row", "throttled"],
)
def test_a_page_that_fails_moves_nothing_and_the_pass_goes_on_there(
    read, keys, world, wire, trouble
):
    wire.pagesize = 2
    rmas = [world.rma() for _ in range(5)]
    before = read(is_stale=False)

    def fail_on_the_second_page(request):
        if cursor_of(request):
            world.trouble(**trouble)

    wire.before = fail_on_the_second_page
    stopped = read()
    assert (stopped.since, stopped.fresh_at, stopped.failure) == (
        before.since,
        None,
        Failure.UNAVAILABLE,
    )
    assert stopped.pass_cursor is not None
    assert keys() == []
    wire.before = lambda _: None
    world.heal()
    world.forget_calls()
    done = read()
    assert (done.failure, done.failures, done.retry_at) == (None, 0, None)
    assert sorted(keys()) == sorted(f"rma:{rma.id}:created" for rma in rmas)
    # The first page was not read again; then what is open, on three.
    assert world.calls("/rmas") == ["/rmas"] * (2 + 3)


def test_a_refused_cursor_begins_the_pass_anew(read, keys, world, wire):
    wire.pagesize = 2
    rmas = [world.rma() for _ in range(3)]

    def spoil(request):
        request.url = request.url.replace("cursor=", "cursor=~")

    wire.before = spoil
    refused = read()
    assert (refused.pass_cursor, refused.failure) == (None, Failure.UNAVAILABLE)
    wire.before = lambda _: None
    read()
    assert sorted(keys()) == sorted(f"rma:{rma.id}:created" for rma in rmas)


def test_a_cursor_that_does_not_move_ends_the_pass(read, world, wire):
    wire.pagesize = 1
    world.rma()
    world.rma()

    def repeat(path, response):
        if path == "/rmas":
            replace_body(response, b'{"rmas":[],"next_cursor":"same"}')

    wire.rewrite = repeat
    stuck = read()
    assert (stuck.pass_cursor, stuck.failure) == (None, Failure.UNAVAILABLE)
    assert len(world.calls()) == 2


def test_an_empty_page_with_a_cursor_is_not_the_end(read, keys, world, wire):
    wire.pagesize = 1
    first, _ = world.rma(), world.rma()
    pages = iter([b"empty"])

    def empty_the_first(path, response):
        if path == "/rmas" and next(pages, None):
            cursor = b"cmV0dXJucy5pZDo5OTk5OTk5"  # returns.id:9999999
            replace_body(response, b'{"rmas":[],"next_cursor":"%s"}' % cursor)

    wire.rewrite = empty_the_first
    read()
    assert f"rma:{first.id}:created" in keys()
    assert len(keys()) == 2


def test_a_sync_that_stalled_past_its_lease_changes_nothing(
    sync, streams, connection, world, wire, clock, store
):
    """Another process reads the stream meanwhile, and sees more."""
    refund = world.refund(world.rma())
    asked = streams.ask(connection, DEMO, Topic(Kind.TRANSACTION_STATUS_CHANGED))
    after = []

    def stall(_):
        wire.after = lambda _: None
        clock.advance(STREAM_LEASE + timedelta(seconds=1))
        world.record(refund, "Success")
        sync.run(connection, asked.id, is_stale=lambda _: True)
        after.append(streams.get(asked.id))

    wire.after = stall
    sync.run(connection, asked.id, is_stale=lambda _: True)
    assert streams.get(asked.id) == after[0]
    with store.read() as database:
        statuses = set(database.execute(select(event.c.status)).scalars())
    assert statuses == {"Success"}


def test_a_killed_syncs_lease_lets_nobody_in_until_it_ends(
    sync, streams, connection, world, wire, clock, keys, monkeypatch
):
    wire.pagesize = 1
    rmas = [world.rma() for _ in range(3)]
    asked = streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))

    def die(request):
        if cursor_of(request):
            raise Killed

    wire.before = die
    with monkeypatch.context() as dead:
        dead.setattr(streams.leases, "release", lambda _: None)
        with pytest.raises(Killed):
            sync.run(connection, asked.id, is_stale=lambda _: True)
    wire.before = lambda _: None
    world.forget_calls()
    clock.advance(STREAM_LEASE - timedelta(seconds=1))
    sync.run(connection, asked.id, is_stale=lambda _: True)
    assert world.calls() == []
    clock.advance(timedelta(seconds=1))
    sync.run(connection, asked.id, is_stale=lambda _: True)
    assert len(world.calls("/rmas")) == 2 + 3  # what was updated, then what is open
    assert sorted(keys()) == sorted(f"rma:{rma.id}:created" for rma in rmas)


def test_a_fresh_stream_is_not_listed_but_what_waits_is_fetched(
    read, keys, count_waiting, world, clock
):
    rma = world.rma()
    fault = world.trouble(path="/rma/", count=None)
    read()
    assert count_waiting() == 1
    world.heal()
    assert fault not in world.sandbox.simulation.faults.standing
    world.forget_calls()
    clock.advance(SHORTEST_RETRY)
    done = read(is_stale=False)
    assert world.calls() == [f"/rma/{rma.id}"]
    assert (count_waiting(), done.failure) == (0, None)
    assert keys() == [f"rma:{rma.id}:created"]


def test_details_that_are_late_to_appear_are_waited_for(
    read, keys, count_waiting, world, wire, hide, clock
):
    rma = world.rma()
    hide(rma)
    read()
    for tries in range(TRIES_BEFORE_GIVEN_UP):
        clock.advance(SHORTEST_RETRY * 2**tries)
        read()
    assert count_waiting() == 1
    wire.before = lambda _: None
    clock.advance(LONGEST_RETRY)
    read()
    assert keys() == [f"rma:{rma.id}:created"]


@pytest.mark.parametrize("status", [404, 500])
def test_a_few_tries_that_lie_days_apart_give_nothing_up(read, keys, world, clock, status):
    read()
    rma = world.rma()
    world.trouble(status=status, path="/rma/", count=None)
    for _ in range(3):
        read()
        clock.advance(2 * UNREADABLE_FOR)
    world.heal()
    read()
    assert keys() == [f"rma:{rma.id}:created"]


@pytest.mark.parametrize("events", [True, False])
def test_details_that_never_appear_are_given_up_until_the_rma_moves(
    read, keys, count_waiting, world, wire, hide, clock, events
):
    rma = world.rma(events=events)
    hide(rma)
    read()
    for _ in range(TRIES_BEFORE_GIVEN_UP - 1):
        clock.advance(UNKNOWN_FOR + timedelta(seconds=1))
        read()
    wire.before = lambda _: None
    clock.advance(UNKNOWN_FOR)
    for _ in range(3):
        read()
    assert keys() == []
    world.move(rma, "Approved")
    for _ in range(2):  # the list of what is open has its turn
        read()
    assert keys()[0] == f"rma:{rma.id}:created"
    assert count_waiting() == 0


def test_one_rma_that_returngo_cannot_show_does_not_hold_up_the_others(
    read, keys, count_waiting, world, clock
):
    read()
    broken, *others = [world.rma() for _ in range(3)]
    world.trouble(status=500, path=f"/rma/{broken.id}", count=None)
    stuck = read()
    assert sorted(keys()) == sorted(f"rma:{rma.id}:created" for rma in others)
    assert (count_waiting(), stuck.failure) == (1, None)
    world.heal()
    clock.advance(SHORTEST_RETRY)
    read()
    assert keys()[-1] == f"rma:{broken.id}:created"


def test_three_rmas_that_returngo_cannot_show_do_not_hold_up_those_behind_them(
    read, keys, world, clock
):
    read()
    broken = [world.rma() for _ in range(3)]
    for rma in broken:
        world.trouble(status=500, path=f"/rma/{rma.id}", count=None)
    good = world.rma()
    assert read().failure == Failure.UNAVAILABLE
    clock.advance(timedelta(seconds=10))
    read()
    assert keys() == [f"rma:{good.id}:created"]


def test_an_rma_that_returngo_cannot_show_costs_less_and_less(read, world, clock):
    read()
    broken = world.rma()
    world.trouble(status=500, path=f"/rma/{broken.id}", count=None)
    tries = []
    read()
    for _ in range(4):
        world.forget_calls()
        for _ in range(60):
            read(is_stale=False)
            clock.advance(timedelta(minutes=1))
        tries.append(len(world.calls(f"/rma/{broken.id}")))
    assert tries == sorted(tries, reverse=True)
    assert tries[0] > tries[-1]


def test_an_rma_that_returngo_never_shows_is_given_up_after_days(
    read, keys, count_waiting, world, clock
):
    read()
    broken = world.rma()
    world.trouble(status=500, path=f"/rma/{broken.id}", count=None)
    read()
    for _ in range(UNREADABLE_FOR // LONGEST_RETRY - 1):
        clock.advance(LONGEST_RETRY)
        read()
        assert count_waiting() == 1
    clock.advance(2 * LONGEST_RETRY)
    read()
    world.forget_calls()
    clock.advance(2 * LONGEST_RETRY)
    read()
    assert world.calls("/rma/") == []
    assert keys() == []


def test_when_returngo_is_down_not_every_waiting_rma_is_tried(read, world):
    for _ in range(10):
        world.rma()
    world.trouble(status=500, path="/rma/", count=None)
    assert read().ready_at is None
    assert len(set(world.calls("/rma/"))) == 3


def test_a_first_reading_with_details_missing_is_not_ready(read, world, clock):
    rma = world.rma()
    world.trouble(status=500, path=f"/rma/{rma.id}", count=None)
    waiting = read()
    assert (waiting.ready_at, waiting.failure) == (None, None)
    world.heal()
    clock.advance(SHORTEST_RETRY)
    assert read().ready_at is not None


def test_a_first_reading_goes_on_without_what_was_tried_often_enough(read, world, clock):
    rma = world.rma()
    world.trouble(status=500, path=f"/rma/{rma.id}", count=None)
    for _ in range(TRIES_BEFORE_READY - 1):
        stream = read()
        assert stream.ready_at is None
        clock.advance(stream.retry_at - clock.now())
    assert read().ready_at is not None


@pytest.mark.parametrize("body", [b"", b"{}", b'{"message":"ok"}', b'{"rmaSummary":null}'])
def test_half_empty_details_do_not_go_out(read, keys, count_waiting, world, wire, body):
    world.rma()

    def cut(path, response):
        if path.startswith("/rma/"):
            replace_body(response, body)

    wire.rewrite = cut
    read()
    assert count_waiting() == 1
    assert keys() == []


def test_details_that_fail_again_and_again_are_tried_ever_less(read, world, clock):
    for _ in range(20):
        world.rma()
    world.trouble(status=500, path="/rma/", count=None)
    waits = []
    for _ in range(4):
        stream = read()
        waits.append((stream.retry_at - clock.now()).total_seconds())
        clock.advance(timedelta(seconds=61))
    assert waits == [5, 10, 20, 40]


def test_what_cannot_be_recorded_is_not_asked_for_again_at_once(read, streams, clock, monkeypatch):
    def refuse(*_, **__):
        raise OverflowError

    monkeypatch.setattr("connector.feed.reading.ingest.RmaIngest.rmas", refuse)
    with pytest.raises(OverflowError):
        read()
    stream = streams.get(1)
    assert stream.failure == Failure.UNAVAILABLE
    assert stream.retry_at == clock.now() + timedelta(seconds=5)
    assert stream.lease_owner is None


@pytest.mark.parametrize("lost", [True, False])
def test_a_failure_under_a_lost_lease_is_not_noted(streams, connection, clock, lost):
    asked = streams.ask(connection, DEMO, Topic(Kind.RMA_CREATED))
    lease = streams.leases.acquire(asked.id)
    if lost:
        clock.advance(STREAM_LEASE)
        assert streams.leases.acquire(asked.id) is not None
        with pytest.raises(LeaseLost):
            streams.fail(lease, Failure.UNAVAILABLE)
    else:
        streams.fail(lease, Failure.UNAVAILABLE)
    assert streams.get(asked.id).failures == (0 if lost else 1)


def test_the_number_of_events_follows_the_number_of_changes(read, store, world, clock):
    world.rma()
    for _ in range(3):
        read()
        clock.advance(timedelta(minutes=2))
    with store.read() as database:
        assert database.execute(select(func.count()).select_from(event)).scalar() == 1
