"""While webhooks tell what happens, lists are read rarely; when they fall silent, as before."""

from datetime import timedelta

import pytest

import app
from connector.feed.hints.hints import MOMENT, About, Hint
from connector.feed.pace.pace import CEILING
from connector.feed.pace.webhook_health import PROBATION, WEBHOOK_LATE_AFTER
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO, OUTLET

TRIGGERS = app.CATALOGUE.triggers
STATUSES = TRIGGERS["rma_status_changed"]
UPDATED = TRIGGERS["transaction_updated"]
COMMENTS = TRIGGERS["rma_comment_added"]
MOVES = TRIGGERS["shipment_status_changed"]


@pytest.fixture
def tell(feed, store, connection, clock):
    """A webhook tells of an RMA, and is followed up."""

    def tell_(rma):
        with store.write() as database:
            feed.hear(database, connection.id, rma.shop, [Hint(About.RMA, str(rma.id))])
        clock.advance(MOMENT)
        feed.follow_up(lambda _: connection)

    return tell_


@pytest.fixture
def lists_of(poll, world, clock):
    """Poll once a freshness for a while, and count how often the shop's RMAs are listed."""

    def count(span, trigger=STATUSES, *, shop=DEMO):
        world.forget_calls()
        for _ in range(span // FRESHNESS):
            clock.advance(FRESHNESS)
            poll(trigger, shop=shop)
        return len(world.calls("/rmas"))

    return count


@pytest.mark.two_shops
def test_told_by_webhooks_a_list_is_only_reconciled(poll, world, tell, lists_of):
    rma = world.rma()
    poll(STATUSES, shop=DEMO)
    assert lists_of(timedelta(hours=1)) == 60
    world.move(rma, "Approved")
    tell(rma)
    assert lists_of(timedelta(hours=1)) == timedelta(hours=1) / CEILING
    other = world.rma(OUTLET)
    # the first reading lists what was updated, and what is open
    assert lists_of(timedelta(minutes=10), shop=OUTLET) == 10 + 1, "that shop is not told of"
    del other


def test_a_replay_of_what_is_known_brings_no_trust(poll, world, tell, lists_of):
    rma = world.rma()
    poll(STATUSES, shop=DEMO)
    tell(rma)
    assert lists_of(timedelta(minutes=10)) == 10


def test_what_has_no_webhook_is_listed_as_before(poll, world, clock, tell):
    rma = world.rma()
    poll(STATUSES, shop=DEMO)
    poll(UPDATED, shop=DEMO)
    world.refund(rma)
    tell(rma)
    world.forget_calls()
    for _ in range(10):
        clock.advance(FRESHNESS)
        poll(UPDATED, shop=DEMO)
    assert len(world.calls("/transactions")) == 10


def test_a_silence_is_noticed_by_the_reconciling_list_and_ends_the_trust(
    poll, world, clock, tell, lists_of
):
    rma = world.rma()
    poll(STATUSES, shop=DEMO)
    world.move(rma, "Approved")
    tell(rma)
    clock.advance(FRESHNESS)
    world.move(rma, "Received")  # and no webhook tells
    clock.advance(CEILING)
    assert poll(STATUSES, shop=DEMO).objects[0]["to_status"] == "Received"
    assert lists_of(timedelta(hours=1)) == 60
    world.move(rma, "Validated")
    tell(rma)
    assert lists_of(timedelta(minutes=10)) == 10, "one webhook brings no trust back"
    clock.advance(PROBATION)
    world.move(rma, "Done")
    tell(rma)
    assert lists_of(timedelta(hours=1)) == timedelta(hours=1) / CEILING


def test_a_webhook_that_is_still_on_its_way_is_no_silence(poll, world, clock, tell, lists_of):
    rma = world.rma()
    poll(STATUSES, shop=DEMO)
    world.move(rma, "Approved")
    tell(rma)
    clock.advance(CEILING - WEBHOOK_LATE_AFTER / 2)
    world.move(rma, "Received")
    clock.advance(WEBHOOK_LATE_AFTER / 2)
    assert poll(STATUSES, shop=DEMO).objects[0]["to_status"] == "Received"
    assert lists_of(timedelta(hours=1)) == timedelta(hours=1) / CEILING


def test_parcels_are_looked_at_rarely_unless_somebody_follows_comments(poll, world, clock, tell):
    rma = world.rma()
    poll(MOVES, shop=DEMO)
    world.move(rma, "Approved")
    tell(rma)
    world.forget_calls()
    for _ in range(60):
        clock.advance(FRESHNESS)
        poll(MOVES, shop=DEMO)
    assert len(world.calls("/rma/")) <= 1
    poll(COMMENTS, shop=DEMO)
    world.forget_calls()
    for _ in range(60):
        clock.advance(FRESHNESS)
        poll(COMMENTS, shop=DEMO)
    assert len(world.calls("/rma/")) >= 10, "no webhook tells of comments"


def test_after_a_silence_parcels_are_looked_at_as_before(poll, world, clock, tell):
    rma, quiet = world.rma(), world.rma()
    poll(MOVES, shop=DEMO)
    poll(STATUSES, shop=DEMO)
    for each in (rma, quiet):
        world.move(each, "Approved")
        tell(each)
    clock.advance(CEILING)
    poll(MOVES, shop=DEMO)
    world.move(rma, "Received")
    clock.advance(CEILING)
    poll(STATUSES, shop=DEMO)
    world.forget_calls()
    for _ in range(20):
        clock.advance(FRESHNESS)
        poll(MOVES, shop=DEMO)
    assert len(world.calls(f"/rma/{quiet.id}")) >= 2
