"""Things that ended long ago: what is left of them tells a change from a repetition."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import app
from connector.sandbox.app import SandboxApp
from connector.sandbox.world.models import Rma, Transaction
from connector.store import Store
from connector.store.tables import part, thing, trace
from tests.conftest import opened
from tests.databases import DATABASES, Migrated
from tests.feed.conftest import Poll
from tests.feed.looking import look_at_all
from tests.feed.reading import Past, reading, unread
from tests.feed.returngo import World
from tests.retention.conftest import DAY, KEEPS, Count, delete_old
from tests.stand_ins import HandClock

TRIGGERS = app.CATALOGUE.triggers
STATUSES = TRIGGERS["rma_status_changed"]
REFUNDS = TRIGGERS["refund_requested"]
UPDATES = TRIGGERS["transaction_updated"]
PARCELS = TRIGGERS["shipment_created"]
MOVES = TRIGGERS["shipment_status_changed"]
WATCHED = (STATUSES, REFUNDS, UPDATES, PARCELS, MOVES)
HOUR = timedelta(hours=1)


@pytest.fixture
def look(poll: Poll, clock: HandClock):
    """Poll a trigger until every list was read; return the ids of what it shows."""

    def look_(trigger=STATUSES) -> list[str]:
        look_at_all(poll, clock, WATCHED)
        return [each["id"] for each in poll(trigger, limit=50).objects]

    return look_


def end(past: Past) -> tuple[Rma, Transaction]:
    """Let a return be canceled, which had a refund, and so much time pass that both are old."""
    world = World(past.sandbox)
    past.look()
    rma = world.rma()
    refund = world.refund(rma)
    past.look()
    world.move(rma, "Canceled")
    past.look()
    past.clock.advance(KEEPS + DAY)
    past.look()
    return rma, refund


def fill(url: str) -> None:
    """Leave traces of them alone in a database."""
    with reading(url, WATCHED) as (past, store):
        end(past)
        delete_old(store, past.clock)


@pytest.fixture(scope="module")
def left(migrated: Migrated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrated]:
    left = Migrated(tmp_path_factory.mktemp("left"), fill, migrated)
    yield left
    left.close()


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path, left: Migrated) -> Iterator[Store]:
    """A database with those traces, of every sort, one after the other."""
    with request.param(tmp_path, left) as url:
        yield from opened(url)


@pytest.fixture
def ended(sandbox: SandboxApp, clock: HandClock) -> tuple[Rma, Transaction]:
    """The return and its refund, as ReturnGO still has them."""
    return end(unread(sandbox, clock))


def test_of_what_ended_long_ago_a_trace_is_left(ended, count: Count, store: Store):
    rma, refund = ended
    assert (count(thing), count(part)) == (0, 0)
    with store.read() as database:
        left = database.execute(select(trace.c.resource_id, trace.c.status)).all()
    assert sorted(map(tuple, left)) == sorted(
        [(str(rma.id), "Canceled"), (str(refund.id), "Requested")]
    )


@pytest.mark.usefixtures("ended")
def test_a_return_that_is_open_keeps_all_that_is_known_of_it(world, look, prune, clock, count):
    world.rma()
    look()
    clock.advance(KEEPS + DAY)
    look()
    before = count(trace)
    prune()
    assert (count(thing), count(trace)) == (1, before)


def test_what_is_shown_again_is_not_told_again(ended, world, look, poll):
    rma, refund = ended
    world.touch(rma)
    world.sandbox.simulation.world.touch_transaction(refund, world.now())
    look()
    assert [poll(each, limit=50).objects for each in WATCHED] == [[]] * len(WATCHED)


def test_a_refund_that_is_requested_anew_is_told(ended, world, look, clock):
    _, refund = ended
    world.record(refund, "Failed")
    look()
    clock.advance(HOUR)
    world.record(refund, "Requested")
    assert len(look(REFUNDS)) == 1


def test_another_field_of_an_old_refund_is_told(ended, world, look):
    _, refund = ended
    simulated = world.sandbox.simulation.world
    simulated.update_transaction(refund, {"external_reference_id": "pay_7"}, world.now())
    assert len(look(UPDATES)) == 1
    assert look(REFUNDS) == []


def test_a_return_that_is_reopened_after_months_is_told_once(ended, world, look, prune):
    rma, _ = ended
    world.sandbox.simulation.world.reopen(rma, world.now())
    told = look()
    assert [each.rsplit(":after:")[0] for each in told] == [f"rma:{rma.id}:Pending"]
    prune()
    world.touch(rma)
    assert look() == told


def test_a_parcel_that_moves_after_months_is_told_as_it_was_known(ended, world, look):
    rma, _ = ended
    world.sandbox.simulation.world.reopen(rma, world.now())
    look()
    (shipment,) = rma.shipments
    world.sandbox.simulation.world.update_shipment(shipment, {"status": "Shipped"}, world.now())
    assert look(PARCELS) == []
    (moved,) = look(MOVES)
    assert moved.startswith(f"shipment:{shipment.id}:")
