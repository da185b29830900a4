"""What ReturnGO may do to a feed: answers that are odd, late or missing, and steps that go back."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import simplejson

import app
from connector.feed import Page
from connector.returngo import BadRequest, ReturnGO
from connector.sandbox.world.models import Rma
from connector.sandbox.world.ways import Ways
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import SkewedClock, World, path_of, replace_body
from tests.feed.test_watch import AROUND, texts

TRIGGERS = app.CATALOGUE.triggers
COMMENTS = TRIGGERS["rma_comment_added"]
MOVES = TRIGGERS["shipment_status_changed"]
NEW = TRIGGERS["new_rma"]
REFUNDS = TRIGGERS["refund_requested"]
SHIPMENTS = TRIGGERS["shipment_created"]
STATUSES = TRIGGERS["rma_status_changed"]
UPDATES = TRIGGERS["transaction_updated"]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def comment(world):
    """Somebody comments on an RMA, which moves nothing else."""

    def comment_(rma, html):
        world.sandbox.simulation.world.add_comment(rma, html, world.now())

    return comment_


@pytest.fixture
def alter(wire):
    """Let ReturnGO's answers to calls under a path say something else."""

    def alter_(prefix, change):
        def rewrite(path, response):
            if path.startswith(prefix):
                document = simplejson.loads(response.raw.read(), use_decimal=True)
                change(document)
                replace_body(response, simplejson.dumps(document, use_decimal=True).encode())

        wire.rewrite = rewrite

    return alter_


@pytest.fixture
def as_it_is(wire):
    """Let ReturnGO's answers be what they are again."""

    def leave():
        wire.rewrite = lambda _path, _response: None

    return leave


def ids(page: Page) -> list[str]:
    return [shown["id"] for shown in page.objects]


def steps(page: Page) -> list[tuple[str, str]]:
    """Tell the changes of status, the first one first."""
    return [(shown["from_status"], shown["to_status"]) for shown in reversed(page.objects)]


def set_silently(world: World, rma: Rma, status: str) -> None:
    rma.status = status
    world.touch(rma)


def test_an_rma_that_cannot_be_read_holds_up_no_refund_of_another(poll, world, clock):
    good = world.rma()
    clock.advance(9 * FRESHNESS)
    broken = world.rma()
    poll(REFUNDS)
    clock.advance(FRESHNESS)
    refund = world.refund(good)
    world.trouble(status=500, path=f"/rma/{broken.id}", count=None)
    shown = poll(REFUNDS).objects
    assert [each["transaction_id"] for each in shown] == [str(refund.id)]


def test_a_known_rma_that_was_quiet_is_followed_once_somebody_asks(poll, world, clock, comment):
    rma = world.rma()
    for _ in range(10):
        poll(NEW)
        clock.advance(HOUR * 12)
    assert poll(COMMENTS).objects == []
    clock.advance(HOUR)
    comment(rma, "<p>After.</p>")
    for _ in range(3):
        clock.advance(AROUND)
        page = poll(COMMENTS)
    assert texts(page) == ["<p>After.</p>"]


def test_an_old_step_is_no_news_when_its_kind_is_asked_for_later(poll, world, clock):
    rma = world.rma()
    poll(NEW)
    world.move(rma, "Approved")
    for pause in (FRESHNESS, 5 * DAY, FRESHNESS):
        clock.advance(pause)
        poll(NEW)
    assert steps(poll(STATUSES)) == []
    clock.advance(DAY)
    world.move(rma, "Received")
    assert steps(poll(STATUSES)) == [("Approved", "Received")]


def test_an_old_rma_is_not_new_when_new_ones_are_asked_for_later(poll, world, clock):
    rma = world.rma()
    for pause in (5 * DAY, FRESHNESS, FRESHNESS):
        poll(STATUSES)
        clock.advance(pause)
    assert poll(NEW).objects == []
    world.move(rma, "Approved")
    clock.advance(FRESHNESS)
    assert poll(NEW).objects == []


@pytest.mark.parametrize("shipments", [None, [], "none"])
def test_shipments_that_are_not_shown_once_are_remembered(
    poll, world, clock, alter, as_it_is, shipments
):
    rma = world.rma()
    poll(MOVES)
    for status in ("LabelCreated", "Shipped"):
        world.sandbox.simulation.world.update_shipment(
            rma.shipments[0], {"status": status}, world.now()
        )
        clock.advance(AROUND)
        poll(MOVES)
    before = ids(poll(MOVES)), ids(poll(SHIPMENTS))
    alter("/rma/", lambda document: document.update(shipments=shipments))
    clock.advance(AROUND)
    poll(MOVES)
    as_it_is()
    clock.advance(AROUND)
    assert (ids(poll(MOVES)), ids(poll(SHIPMENTS))) == before


def test_two_shipments_under_one_id_are_one(poll, world, clock, alter):
    world.rma()

    def double(document: Any) -> None:
        (parcel,) = document["shipments"]
        document["shipments"] = [{**parcel, "status": "Shipped"}, {**parcel, "status": "Pending"}]

    alter("/rma/", double)
    for _ in range(4):
        page = poll(MOVES)
        clock.advance(AROUND)
    assert steps(page) == [("Pending", "Shipped")]


@pytest.mark.parametrize("minutes", [-10, 10])
def test_what_happens_after_asking_is_seen_whatever_the_bridges_clock_says(
    open_feed, world, clock, connection, comment, minutes
):
    feed = open_feed(clock=SkewedClock(clock, timedelta(minutes=minutes)))
    rma = world.rma(at=world.now() - 30 * DAY)
    feed.poll(connection, COMMENTS, {"raw": False})
    comment(rma, "<p>New.</p>")
    for _ in range(3):
        clock.advance(AROUND)
        page = feed.poll(connection, COMMENTS, {"raw": False})
    assert texts(page) == ["<p>New.</p>"]


def test_an_old_comment_on_a_closed_rma_is_no_news_when_it_moves(poll, world, clock, comment):
    rma = world.rma(at=world.now() - 30 * DAY)
    rma.status = "Canceled"
    comment(rma, "<p>Hours before.</p>")
    clock.advance(5 * HOUR)
    assert texts(poll(COMMENTS)) == []
    clock.advance(AROUND)
    poll(COMMENTS)
    world.touch(rma)
    clock.advance(AROUND)
    assert texts(poll(COMMENTS)) == []


def test_an_rma_that_is_made_while_open_ones_are_counted_is_new(poll, world, clock, wire):
    made: list[Rma] = []

    def make_one(request):
        if path_of(request) == "/rmas" and "status=" in request.url and not made:
            made.append(world.rma(events=False))

    poll(NEW)
    clock.advance(FRESHNESS)
    wire.before = make_one
    poll(COMMENTS)
    clock.advance(FRESHNESS)
    assert ids(poll(NEW)) == [f"rma:{made[0].id}:created"]


def test_where_returngo_refuses_the_list_of_what_is_open_updates_are_told(
    poll, world, clock, monkeypatch
):
    poll(NEW)
    refused = []
    list_rmas = ReturnGO.list_rmas

    def refuse(self, **asked):
        if "status" in asked:
            refused.append(self.shop)
            raise BadRequest("No such filter.")
        return list_rmas(self, **asked)

    monkeypatch.setattr(ReturnGO, "list_rmas", refuse)
    for _ in range(3):
        rma = world.rma()
        clock.advance(FRESHNESS)
        assert ids(poll(NEW))[0] == f"rma:{rma.id}:created"
    assert refused


def test_a_watched_rma_that_is_gone_is_given_up(poll, world, clock):
    rma = world.rma()
    poll(COMMENTS)
    clock.advance(DAY)
    poll(COMMENTS)
    world.sandbox.simulation.world.rmas.pop(rma.id)
    world.forget_calls()
    for _ in range(20 * 6):
        clock.advance(4 * HOUR)
        poll(COMMENTS)
    assert 0 < len(world.calls(f"/rma/{rma.id}")) <= 12


def test_one_answer_that_knows_nothing_of_an_rma_loses_nothing(poll, world, clock):
    poll(NEW)
    clock.advance(FRESHNESS)
    rma = world.rma()
    world.trouble(status=500, path="/rma/", count=None)
    for _ in range(10):
        poll(NEW)
        clock.advance(timedelta(minutes=16))
    world.heal()
    unknown = world.trouble(status=404, path="/rma/", count=1)
    while unknown in world.sandbox.simulation.faults.standing:
        poll(NEW)
        clock.advance(timedelta(minutes=16))
    for _ in range(30):
        page = poll(NEW)
        clock.advance(timedelta(minutes=16))
    assert ids(page) == [f"rma:{rma.id}:created"]


def test_a_status_that_is_not_shown_once_has_not_changed(poll, world, clock, alter, as_it_is):
    rma = world.rma()
    world.move(rma, "Approved")
    poll(STATUSES)

    def blank(document: Any) -> None:
        for row in document["rmas"]:
            row["status"] = None

    alter("/rmas", blank)
    clock.advance(FRESHNESS)
    poll(STATUSES)
    as_it_is()
    clock.advance(FRESHNESS)
    assert steps(poll(STATUSES)) == [("Pending", "Approved")]


def test_details_without_a_time_are_not_read_at_each_listing(poll, world, clock, alter):
    rma = world.rma()
    alter("/rma/", lambda document: document.update(lastUpdated=None))
    poll(COMMENTS)
    clock.advance(2 * HOUR)
    poll(COMMENTS)
    world.touch(rma)
    world.forget_calls()
    for _ in range(6):
        clock.advance(FRESHNESS)
        poll(COMMENTS)
    assert len(world.calls("/rma/")) <= 3


def test_steps_that_leave_no_event_are_told_there_and_back_again(poll, world, clock):
    rma = world.rma()
    poll(STATUSES)
    line = ["Pending", "Approved", "Received", "Approved", "Received"]
    for status in line[1:]:
        clock.advance(HOUR)
        set_silently(world, rma, status)
        page = poll(STATUSES)
    assert steps(page) == list(pairwise(line))


def test_a_silent_step_back_to_the_last_one_that_was_named_is_told(poll, world, clock):
    rma = world.rma()
    poll(STATUSES)
    clock.advance(HOUR)
    world.move(rma, "Approved")
    poll(STATUSES)
    for status in ("Received", "Approved"):
        clock.advance(HOUR)
        set_silently(world, rma, status)
        page = poll(STATUSES)
    assert steps(page) == [
        ("Pending", "Approved"),
        ("Approved", "Received"),
        ("Received", "Approved"),
    ]


def test_a_named_step_after_a_silent_one_starts_where_that_ended(poll, world, clock):
    rma = world.rma()
    poll(STATUSES)
    clock.advance(FRESHNESS)
    set_silently(world, rma, "Approved")
    poll(STATUSES)
    clock.advance(FRESHNESS)
    world.move(rma, "Received")
    assert steps(poll(STATUSES)) == [("Pending", "Approved"), ("Approved", "Received")]


def test_steps_of_one_second_are_told_in_the_order_of_life(poll, world, clock):
    poll(STATUSES)
    clock.advance(FRESHNESS)
    world.sandbox.simulation.ways = Ways(is_quiet=False)
    rma = world.rma()
    for status in ("Approved", "Received", "Validated"):
        world.move(rma, status)
    rma.events.reverse()
    assert sorted(steps(poll(STATUSES))) == [
        ("Approved", "Received"),
        ("Pending", "Approved"),
        ("Received", "Validated"),
    ]


def test_transactions_without_a_time_are_told_apart_by_what_is_remembered(
    poll, world, clock, alter
):
    def blank(document: Any) -> None:
        for row in document["transactions"]:
            row["lastUpdated"] = None

    alter("/transactions", blank)
    poll(UPDATES)
    poll(REFUNDS)
    refund = world.refund(world.rma())
    for status in ("Requested", "Success", "Failed", "Requested"):
        if status != refund.status:
            world.record(refund, status)
        clock.advance(FRESHNESS)
        updates, requests = poll(UPDATES), poll(REFUNDS)
    assert [shown["status"] for shown in reversed(updates.objects)] == [
        *("Success", "Failed", "Requested")
    ]
    assert len(set(ids(requests))) == len(requests.objects) == 2


def test_a_change_beside_the_reading_of_another_is_not_overlooked(poll, world, clock, comment):
    """The list cannot tell the second from the first, and a closed RMA is not looked at again."""
    rma = world.rma()
    for status in ("Approved", "Canceled"):
        world.move(rma, status)
    poll(COMMENTS)
    clock.advance(HOUR)
    poll(COMMENTS)
    for words, pause in (("<p>1</p>", 2), ("<p>2</p>", 97)):
        comment(rma, words)
        world.touch(rma)
        clock.advance(timedelta(seconds=pause))
        poll(COMMENTS)
    for _ in range(12):
        clock.advance(timedelta(seconds=97))
        page = poll(COMMENTS)
    assert {"<p>1</p>", "<p>2</p>"} <= set(texts(page))


@pytest.mark.two_shops
def test_after_days_without_polls_the_day_is_not_spent_at_once(open_feed, world, clock, connection):
    feed = open_feed(daily=2000)
    for _ in range(300):
        world.rma(at=world.now() - 20 * DAY)
    for _ in range(3):
        feed.poll(connection, COMMENTS, {"raw": False})
        clock.advance(AROUND)
    clock.advance(DAY)
    world.forget_calls()
    new = world.rma()
    page = feed.poll(connection, COMMENTS, {"raw": False})
    assert str(new.id) in {shown["rma_id"] for shown in page.objects}
    assert len(world.calls()) < 30


def test_a_trigger_that_was_only_tried_costs_nothing_for_long(open_feed, world, clock, connection):
    feed = open_feed(daily=2000)
    for _ in range(30):
        world.rma(at=world.now() - 5 * DAY)
    feed.poll(connection, COMMENTS, {"raw": False})
    clock.advance(10 * DAY)
    world.forget_calls()
    for _ in range(12):
        clock.advance(HOUR)
        feed.poll(connection, NEW, {"raw": False})
    assert world.calls("/rma/") == []


def test_whoever_comes_back_after_a_week_is_told_what_changed_meanwhile(poll, world, clock):
    rma = world.rma()
    poll(MOVES)
    clock.advance(7 * DAY)
    poll(NEW)
    world.sandbox.simulation.world.update_shipment(
        rma.shipments[0], {"status": "Shipped"}, world.now()
    )
    clock.advance(HOUR)
    for _ in range(3):
        page = poll(MOVES)
        clock.advance(AROUND)
    assert steps(page) == [("Pending", "Shipped")]
