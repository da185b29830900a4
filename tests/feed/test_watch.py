"""What only details tell is followed, at a price that the budget sets."""

from datetime import timedelta

import pytest

import app
from connector.clock import MAX_CLOCK_SKEW
from connector.feed import NotReady, Page
from connector.feed.pace.today import SLOWER
from connector.feed.streams.interests import WANTED_FOR
from tests.feed.conftest import FRESHNESS
from tests.feed.histories import SHOPS

COMMENTS = app.CATALOGUE.triggers["rma_comment_added"]
SHIPMENTS = app.CATALOGUE.triggers["shipment_created"]
MOVES = app.CATALOGUE.triggers["shipment_status_changed"]
NEW = app.CATALOGUE.triggers["new_rma"]
STATUSES = app.CATALOGUE.triggers["rma_status_changed"]
AROUND = FRESHNESS * (SLOWER + 1)


@pytest.fixture
def comment(world):
    """Somebody comments on an RMA, which moves nothing else."""

    def comment_(rma, html="<p>Hello.</p>"):
        world.sandbox.simulation.world.add_comment(rma, html, world.now())

    return comment_


def texts(page: Page) -> list[str]:
    """Return what people have commented; ReturnGO writes comments of its own."""
    return [shown["html"] for shown in page.objects if shown["type"] == "merchant"]


def test_details_are_read_once_while_nobody_asks_for_what_only_they_tell(poll, world, clock):
    rma = world.rma()
    poll(NEW)
    for _ in range(5):
        world.touch(rma)
        clock.advance(FRESHNESS)
        poll(NEW)
    assert len(world.calls("/rma/")) == 1


def test_a_status_that_nobody_asks_for_costs_no_details(poll, world, clock):
    rma = world.rma()
    poll(NEW)
    world.move(rma, "Approved")
    world.move(rma, "Received")
    clock.advance(FRESHNESS)
    poll(NEW)
    assert len(world.calls("/rma/")) == 1
    poll(STATUSES)
    assert len(world.calls("/rma/")) == 2


@pytest.mark.two_shops
def test_a_return_that_moved_is_read_at_once_and_seldom_again_for_being_listed_again(
    poll, world, clock
):
    rma = world.rma()
    world.move(rma, "Approved")
    poll(MOVES)
    clock.advance(timedelta(hours=2))
    poll(MOVES)
    world.move(rma, "Received")
    world.forget_calls()
    clock.advance(FRESHNESS)
    poll(MOVES)
    assert len(world.calls("/rma/")) == 1
    for _ in range(12):
        clock.advance(FRESHNESS)
        poll(MOVES)
    assert len(world.calls("/rmas")) == 13 * len(SHOPS)
    assert len(world.calls("/rma/")) <= 1 + 12 // SLOWER + 1


def test_a_second_change_within_the_overlap_is_not_overlooked_when_the_rma_is_closed(
    poll, world, clock, comment
):
    # A closed RMA is not looked at again by itself: only the list can tell.
    rma = world.rma()
    for status in ("Approved", "Canceled"):
        world.move(rma, status)
    poll(COMMENTS)
    for span in (20, 100, 250):
        clock.advance(timedelta(seconds=span))
        comment(rma, f"<p>{span}</p>")
        world.touch(rma)
    for _ in range(12):
        clock.advance(FRESHNESS)
        page = poll(COMMENTS)
    assert {"<p>20</p>", "<p>100</p>", "<p>250</p>"} <= set(texts(page))


def test_an_open_return_is_looked_at_again_and_a_closed_one_is_not(poll, world, clock, comment):
    still_open, closed = world.rma(), world.rma()
    for status in ("Approved", "Canceled"):
        world.move(closed, status)
    for _ in range(3):  # until no list speaks of them any more
        poll(COMMENTS)
        clock.advance(timedelta(hours=1))
    poll(COMMENTS)
    world.forget_calls()
    comment(still_open)
    clock.advance(AROUND)
    assert "<p>Hello.</p>" in texts(poll(COMMENTS))
    assert world.calls("/rma/") == [f"/rma/{still_open.id}"]


def test_the_fewer_calls_are_left_the_more_seldom_is_looked(open_feed, world, clock, connection):
    feed = open_feed(daily=200)
    for _ in range(9):
        world.rma()
    feed.poll(connection, COMMENTS, {"raw": False})
    world.forget_calls()
    for _ in range(11 * 30):  # noon to before midnight
        clock.advance(timedelta(minutes=2))
        feed.poll(connection, COMMENTS, {"raw": False})
    spent = len(world.calls())
    assert len(world.calls("/rma/")) > 0
    assert spent < 200


def test_what_waits_for_its_details_comes_before_what_is_only_looked_at_again(
    open_feed, world, clock, connection
):
    watched = [world.rma() for _ in range(5)]
    feed = open_feed()
    feed.poll(connection, COMMENTS, {"raw": False})
    feed.poll(connection, NEW, {"raw": False})
    clock.advance(AROUND - 2 * FRESHNESS)
    feed.poll(connection, COMMENTS, {"raw": False})
    clock.advance(2 * FRESHNESS)
    world.forget_calls()
    new = world.rma()
    feed.poll(connection, NEW, {"raw": False})
    first, *rest = world.calls("/rma/")
    assert first == f"/rma/{new.id}"
    # of the others so many at once as keep the pace
    assert 0 < len(rest) < len(watched)
    for _ in range(SLOWER):
        clock.advance(FRESHNESS)
        feed.poll(connection, COMMENTS, {"raw": False})
    assert {f"/rma/{rma.id}" for rma in watched} <= set(world.calls("/rma/"))


def test_what_was_there_before_somebody_asked_is_not_news(poll, world, clock, comment):
    rma = world.rma()
    comment(rma, "<p>Old.</p>")
    poll(NEW)
    clock.advance(timedelta(days=5))
    world.sandbox.simulation.world.update_shipment(
        rma.shipments[0], {"status": "Shipped"}, world.now()
    )
    world.touch(rma)
    assert poll(SHIPMENTS).objects == []
    assert poll(MOVES).objects == []
    assert texts(poll(COMMENTS)) == []
    comment(rma, "<p>New.</p>")
    clock.advance(AROUND)
    assert texts(poll(COMMENTS)) == ["<p>New.</p>"]


def test_a_kind_that_is_asked_for_first_waits_until_it_is_read(open_feed, world, connection):
    feed = open_feed()
    world.rma()
    feed.poll(connection, NEW, {"raw": False})
    world.trouble(status=500, path="/rma/", count=None)
    assert len(feed.poll(connection, NEW, {"raw": False}).objects) == 1
    with pytest.raises(NotReady):
        feed.poll(connection, SHIPMENTS, {"raw": False})
    assert len(feed.poll(connection, NEW, {"raw": False}).objects) == 1


def test_after_a_month_without_asking_a_kind_begins_anew(poll, world, clock):
    rma = world.rma()
    poll(MOVES)
    clock.advance(WANTED_FOR + timedelta(days=1))
    poll(NEW)
    world.sandbox.simulation.world.update_shipment(
        rma.shipments[0], {"status": "Shipped"}, world.now()
    )
    world.touch(rma)
    clock.advance(timedelta(days=3))
    poll(NEW)
    assert poll(MOVES).objects == []
    world.sandbox.simulation.world.update_shipment(
        rma.shipments[0], {"status": "Received"}, world.now()
    )
    clock.advance(AROUND)
    assert [shown["to_status"] for shown in poll(MOVES).objects] == ["Received"]


def test_a_parcel_that_is_added_to_a_known_return_is_new(poll, world, clock):
    rma = world.rma()
    poll(SHIPMENTS)
    first = rma.shipments[0]
    rma.shipments.append(type(first)(**{**vars(first), "id": first.id + 500_000}))
    clock.advance(AROUND)
    assert poll(SHIPMENTS).objects[0]["shipment_id"] == str(first.id + 500_000)


def test_returns_that_were_quiet_for_long_are_followed_too(poll, world, clock, comment):
    """A month old and still open: no window of updates shows them."""
    month_ago = world.now() - timedelta(days=30)
    old, older = (world.rma(at=month_ago) for _ in range(2))
    comment(old, "<p>Before.</p>")
    clock.advance(MAX_CLOCK_SKEW + timedelta(seconds=1))
    assert texts(poll(COMMENTS)) == []
    comment(old, "<p>After.</p>")
    world.sandbox.simulation.world.update_shipment(
        older.shipments[0], {"status": "Shipped"}, world.now()
    )
    for _ in range(3):
        clock.advance(AROUND)
        page = poll(COMMENTS)
    assert texts(page) == ["<p>After.</p>"]
    assert poll(SHIPMENTS).objects == []


def test_only_the_keys_own_open_returns_are_counted(poll, world, demands, connection):
    closed = world.rma()
    for status in ("Approved", "Canceled"):
        world.move(closed, status)
    world.rma()
    poll(NEW)
    assert demands.watched(connection.key_id).count == 0
    poll(COMMENTS)
    assert demands.watched(connection.key_id).count == 1
    assert demands.watched("another").count == 0
