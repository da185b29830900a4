"""What is known of an RMA is shown again, as of when it was read, instead of asked for anew."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.feed.pace.today import Today
from connector.returngo import BadRequest, ReturnGO, Rows
from tests.feed.conftest import FRESHNESS
from triggers.new_rma import block as new_rma
from triggers.refund_requested import block as refund_requested
from triggers.rma_approved import block as rma_approved
from triggers.rma_status_changed import block as rma_status_changed
from triggers.shipment_status_changed import block as shipment_status_changed

FRESH = FRESHNESS + timedelta(seconds=1)


@pytest.fixture
def known(poll, world, clock):
    """An RMA that is Pending, and whose details were read when it was created."""
    for trigger in (new_rma, rma_status_changed, rma_approved, refund_requested):
        poll(trigger)
    clock.advance(FRESH)
    rma = world.rma()
    poll(new_rma)
    clock.advance(FRESH)
    world.forget_calls()
    return rma


def moment(text: str) -> str:
    """Return a time that compares with others as text."""
    return text.replace("Z", "+00:00")


def test_an_approval_costs_no_details_and_shows_those_that_are_known(poll, world, clock, known):
    (created,) = poll(new_rma).objects
    clock.advance(FRESH)
    world.move(known, "Approved")
    (approved,) = poll(rma_approved).objects
    assert world.calls("/rma/") == []
    assert approved["status"] == "Approved"
    assert approved["customer_email"] == created["customer_email"]
    assert approved["details_read_at"] == created["details_read_at"] == created["recorded_at"]
    assert moment(approved["details_read_at"]) < moment(approved["recorded_at"])


def test_another_change_of_status_shows_details_that_were_read_for_it(poll, world, known):
    world.move(known, "Rejected")
    (rejected,) = poll(rma_status_changed).objects
    assert world.calls("/rma/") == [f"/rma/{known.id}"]
    assert rejected["details_read_at"] == rejected["recorded_at"]


@pytest.mark.usefixtures("known")
def test_an_approval_of_an_unknown_return_shows_what_is_read_for_it(poll, world):
    other = world.rma()
    world.move(other, "Approved")
    (approved,) = poll(rma_approved).objects
    assert approved["rma_id"] == str(other.id)
    assert approved["customer_email"]
    assert world.calls("/rma/") == [f"/rma/{other.id}"]


def test_an_approval_waits_for_what_happened_before_it(poll, world, clock, known):
    """Else a client that pages forward would see it first."""
    world.trouble(path=f"/rma/{known.id}", count=None)
    world.move(known, "Approved")
    world.move(known, "Received")
    poll(rma_status_changed)
    world.heal()
    clock.advance(timedelta(hours=1))
    statuses = [each["to_status"] for each in reversed(poll(rma_status_changed).objects)]
    assert statuses == ["Approved", "Received"]


def test_a_refund_shows_the_known_return_as_it_was_listed_last(poll, world, clock, known):
    world.move(known, "Approved")
    poll(rma_status_changed)
    refund = world.refund(known)
    refund.return_item_ids = [known.items[0]["returnedItemId"]]
    clock.advance(FRESH)
    world.forget_calls()
    (shown,) = poll(refund_requested).objects
    assert world.calls("/rma") == world.calls("/rmas")
    assert shown["rma_id"] == str(known.id)
    assert shown["rma_status"] == "Approved"
    assert moment(shown["details_read_at"]) < moment(shown["recorded_at"])


@pytest.fixture
def short(monkeypatch):
    """A day that has too few calls for all that moves."""
    monkeypatch.setattr(Today, "is_short", True)


@pytest.fixture
def statuses(poll, world, clock):
    """Return the changes of status that a poll tells after a while, with no call remembered."""

    def statuses_():
        clock.advance(FRESH)
        world.forget_calls()
        return poll(rma_status_changed).objects

    return statuses_


@pytest.mark.usefixtures("short")
def test_where_calls_are_short_every_change_shows_what_is_known(world, known, statuses):
    for status in ("Approved", "Received", "Validated"):
        world.move(known, status)
        (told, *_) = statuses()
        assert told["to_status"] == told["status"] == status
        assert world.calls("/rma/") == []
        assert moment(told["details_read_at"]) < moment(told["recorded_at"])
        assert told["customer_email"]


@pytest.mark.usefixtures("short")
def test_no_comment_from_before_a_change_dates_it(world, known, statuses):
    world.move(known, "Approved")
    world.move(known, "Received")
    (received, *_) = statuses()
    assert received["dated_by"] is None
    assert received["occurred_at"] is None


@pytest.mark.usefixtures("short")
def test_one_list_tells_what_became_of_several_that_left(poll, world, clock, statuses):
    for trigger in (new_rma, rma_status_changed):
        poll(trigger)
    clock.advance(FRESH)
    ends = [(world.rma(), status) for status in ("Canceled", "Rejected", "Canceled")]
    clock.advance(FRESH)
    poll(new_rma)
    for rma, status in ends:
        world.move(rma, status)
    told = {each["rma_id"]: each["to_status"] for each in statuses()}
    assert told == {str(rma.id): status for rma, status in ends}
    assert world.calls("/rma/") == []
    assert len(world.calls("/rmas")) == 2  # what is open, and what was closed
    assert len(statuses()) == len(ends)
    assert (world.calls("/rma/"), len(world.calls("/rmas"))) == ([], 1)


@pytest.mark.usefixtures("short")
def test_one_that_has_ended_is_looked_at_once_more_for_its_parts(
    poll, world, clock, known, statuses
):
    poll(shipment_status_changed)
    other = world.rma()
    world.move(known, "Approved")
    statuses()
    poll(shipment_status_changed)
    clock.advance(timedelta(days=1))
    poll(shipment_status_changed)  # its parcel is known from here on
    parcel = known.shipments[0]
    world.sandbox.simulation.world.update_shipment(parcel, {"status": "Shipped"}, world.now())
    for rma in (known, other):
        world.move(rma, "Canceled")
    assert {each["to_status"] for each in statuses()[:2]} == {"Canceled"}
    assert world.calls("/rma/") == []
    for _ in range(4):
        clock.advance(timedelta(hours=7))
        told = [each["to_status"] for each in poll(shipment_status_changed).objects]
    assert told[0] == "Shipped"


@pytest.mark.usefixtures("short")
def test_where_the_list_is_refused_each_is_read_by_itself(
    poll, world, known, statuses, monkeypatch
):
    def list_rmas(self: ReturnGO, *, created_since: datetime | None = None, **query: Any) -> Rows:
        if created_since is not None:
            raise BadRequest("no such list")
        return listed(self, **query)

    listed = ReturnGO.list_rmas
    monkeypatch.setattr(ReturnGO, "list_rmas", list_rmas)
    other = world.rma()
    poll(new_rma)
    for rma in (known, other):
        world.move(rma, "Canceled")
    assert [each["to_status"] for each in statuses()] == ["Canceled", "Canceled"]
    assert len(world.calls("/rma/")) == 2


@pytest.mark.usefixtures("short")
def test_what_left_alone_is_read_by_itself(world, known, statuses):
    world.move(known, "Canceled")
    (told,) = statuses()
    assert told["to_status"] == "Canceled"
    assert world.calls("/rma/") == [f"/rma/{known.id}"]


def test_what_left_is_read_by_itself_where_there_are_calls(poll, world, known, statuses):
    other = world.rma()
    poll(new_rma)
    for rma in (known, other):
        world.move(rma, "Canceled")
    assert {each["dated_by"] for each in statuses()} == {"Timeline Comment"}
    assert len(world.calls("/rma/")) == 2
