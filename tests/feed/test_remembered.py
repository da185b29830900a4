"""What is known of an RMA is shown again, as of when it was read, instead of asked for anew."""

from datetime import timedelta

import pytest

from connector.feed.pace.today import Today
from tests.feed.conftest import FRESHNESS
from triggers.new_rma import block as new_rma
from triggers.refund_requested import block as refund_requested
from triggers.rma_approved import block as rma_approved
from triggers.rma_status_changed import block as rma_status_changed

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


def test_where_calls_are_short_whatever_a_row_dates_shows_what_is_known(
    poll, world, clock, known, monkeypatch
):
    monkeypatch.setattr(Today, "is_short", True)
    world.move(known, "Approved")
    poll(rma_status_changed)
    world.move(known, "Received")  # that only a comment dates
    clock.advance(FRESH)
    world.forget_calls()
    poll(rma_status_changed)
    assert world.calls("/rma/") == [f"/rma/{known.id}"]
    world.move(known, "Validated")
    clock.advance(FRESH)
    world.forget_calls()
    (validated, *_) = poll(rma_status_changed).objects
    assert validated["to_status"] == "Validated"
    assert (world.calls("/rma/") == []) == (validated["dated_by"] == "event")
