"""What ReturnGO names in no event, and mostly in no list of updates, is told all the same."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

import app
from connector.feed.reading.sync import SCANS_ELSE, SCANS_WHERE_USEFUL
from connector.sandbox.app import SandboxApp
from connector.sandbox.world.models import Rma
from connector.sandbox.world.ways import Ways
from tests.feed.conftest import FRESHNESS, Poll
from tests.feed.returngo import DEMO, OUTLET, World
from tests.stand_ins import HandClock

NEW = app.CATALOGUE.triggers["new_rma"]
STATUSES = app.CATALOGUE.triggers["rma_status_changed"]
PARCELS = app.CATALOGUE.triggers["shipment_status_changed"]
REFUNDS = app.CATALOGUE.triggers["refund_requested"]

WAYS = {
    "quiet": Ways(),
    "kind-filter": Ways(filter_sees="everything"),
    "loud": Ways(is_quiet=False),
}
REOPENED = "reopened"
# The statuses an RMA goes through before it is looked at, the change, and the status it leads to.
CHANGES = {
    "received": (("Approved",), "Received", "Received"),
    "validated": (("Approved", "Received"), "Validated", "Validated"),
    "done": (("Approved", "Received", "Validated"), "Done", "Done"),
    "rejected": ((), "Rejected", "Rejected"),
    "canceled-pending": ((), "Canceled", "Canceled"),
    "canceled-approved": (("Approved",), "Canceled", "Canceled"),
    "reopened-to-approved": (("Approved", "Canceled"), REOPENED, "Approved"),
    "reopened-to-pending": (("Canceled",), REOPENED, "Pending"),
}
WITHIN = 2
LONG_AGO = timedelta(days=5)
A_WHILE = timedelta(minutes=30)
A_QUARTER = timedelta(minutes=15)

Windows = Callable[[int], list[list[dict[str, Any]]]]


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def ways(request: pytest.FixtureRequest, sandbox: SandboxApp) -> Ways:
    """Let ReturnGO behave in each way, one after the other."""
    ways: Ways = request.param
    sandbox.simulation.ways = ways
    return ways


@pytest.fixture
def change(world: World) -> Callable[[Rma, str], None]:
    """Move a return on, or take its cancellation back."""

    def change_(rma: Rma, to: str) -> None:
        if to == REOPENED:
            world.sandbox.simulation.world.reopen(rma, world.now())
        else:
            world.move(rma, to)

    return change_


@pytest.fixture
def windows(poll: Poll, clock: HandClock) -> Windows:
    """Poll once a freshness window, so often, and answer what each poll told that was new."""
    told: set[str] = set()

    def windows_(count: int) -> list[list[dict[str, Any]]]:
        pages = []
        for _ in range(count):
            clock.advance(FRESHNESS)
            shown = [each for trigger in (NEW, STATUSES) for each in poll(trigger).objects]
            pages.append([each for each in shown if each["id"] not in told])
            told.update(each["id"] for each in shown)
        return pages

    return windows_


def statuses(pages: Sequence[list[dict[str, Any]]]) -> list[tuple[str, str]]:
    """Return which RMA came into which status, as it was told."""
    return [
        (each["rma_id"], each["to_status"])
        for page in pages
        for each in page
        if "to_status" in each
    ]


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize(("before", "deed", "after"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_told_once_within_two_windows(
    world, windows, change, clock, before, deed, after
):
    rma, other = world.rma(), world.rma()
    for status in before:
        clock.advance(FRESHNESS)
        world.move(rma, status)
    windows(SCANS_ELSE + 1)
    clock.advance(FRESHNESS / 2)
    change(rma, deed)
    world.forget_calls()

    assert statuses(windows(WITHIN)) == [(str(rma.id), after)]
    assert [path for path in world.calls("/rma/") if path == f"/rma/{other.id}"] == []
    assert statuses(windows(2 * SCANS_ELSE)) == []


@pytest.mark.parametrize("turn", range(SCANS_ELSE + 1))
@pytest.mark.parametrize("deed", ["Received", "Canceled"])
def test_a_quiet_change_is_told_within_two_windows_whichever_turn_comes_next(
    world, windows, clock, turn, deed
):
    rma = world.rma()
    world.move(rma, "Approved")
    windows(SCANS_ELSE + 1 + turn)
    clock.advance(FRESHNESS / 2)
    world.move(rma, deed)

    assert statuses(windows(WITHIN)) == [(str(rma.id), deed)]


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("name", ["reopened-to-approved", "reopened-to-pending"])
def test_a_return_that_was_canceled_before_anybody_looked_is_told_when_it_is_reopened(
    world, windows, change, clock, name
):
    before, deed, after = CHANGES[name]
    rma = world.rma()
    for status in before:
        world.move(rma, status)
    clock.advance(LONG_AGO)
    assert statuses(windows(SCANS_ELSE + 1)) == []
    clock.advance(FRESHNESS / 2)
    change(rma, deed)

    assert statuses(windows(WITHIN)) == [(str(rma.id), after)]
    assert statuses(windows(2 * SCANS_ELSE)) == []


def test_each_of_several_cancellations_and_reopenings_is_told(world, windows, change, clock):
    rma = world.rma()
    world.move(rma, "Approved")
    windows(SCANS_ELSE)
    told = []
    deeds = ["Canceled", REOPENED] * 3 + ["Received"]
    for deed in deeds:
        clock.advance(FRESHNESS / 2)
        change(rma, deed)
        told += statuses(windows(WITHIN))

    ends = [("Approved" if deed == REOPENED else deed) for deed in deeds]
    assert told == [(str(rma.id), end) for end in ends]


def test_a_return_that_is_made_and_closed_within_a_window_is_told_at_the_turn_of_updates(
    world, windows
):
    """Nothing but the list of updates holds it: one of so many windows is that list's."""
    world.rma()
    windows(SCANS_ELSE + 1)
    for most in (SCANS_ELSE + 1, SCANS_WHERE_USEFUL + 1):  # once it was of use, it comes oftener
        rma = world.rma()
        world.move(rma, "Rejected")
        pages = windows(most)
        told = [each for page in pages for each in page]
        steps = sorted(((each["rma_id"], each.get("to_status")) for each in told), key=str)
        assert steps == sorted([(str(rma.id), None), (str(rma.id), "Rejected")], key=str)
        assert statuses(windows(2)) == []


def lists_of(world: World, path: str, shop: str) -> list[str]:
    """Return when a list of a shop was asked for, from ReturnGO's record."""
    calls = world.sandbox.simulation.calls
    return [call.time for call in calls if (call.path, call.shop) == (path, shop)]


@pytest.mark.two_shops
@pytest.mark.usefixtures("ways")
def test_a_while_of_nothing_costs_one_list_a_shop_and_window(world, poll, clock):
    rma = world.rma()
    world.move(rma, "Approved")
    world.refund(rma)
    for trigger in (NEW, STATUSES, REFUNDS):
        poll(trigger)
    clock.advance(2 * timedelta(hours=1))
    for _ in range(SCANS_ELSE + 1):
        clock.advance(FRESHNESS)
        for trigger in (NEW, STATUSES, REFUNDS):
            poll(trigger)
    world.forget_calls()
    polls = 0
    ends = clock.now() + A_WHILE
    while clock.now() < ends:
        clock.advance(FRESHNESS / 3)
        for trigger in (NEW, STATUSES, REFUNDS):
            poll(trigger)
        polls += 1

    most = A_WHILE // FRESHNESS
    assert polls > 2 * most
    for shop in (DEMO, OUTLET):
        for path in ("/rmas", "/transactions"):
            assert most * 0.9 <= len(lists_of(world, path, shop)) <= most, (path, shop)
    assert world.calls("/rma/") == []


@pytest.mark.parametrize(("count", "pages"), [(500, 1), (501, 2)])
def test_what_is_open_costs_one_call_for_500_returns(world, windows, clock, count, pages):
    rmas = [world.rma() for _ in range(count)]
    clock.advance(LONG_AGO)
    windows(SCANS_ELSE + 1)  # the first look at all, and one turn of updates
    world.forget_calls()
    calls = []
    for _ in range(SCANS_ELSE + 1):
        windows(1)
        calls.append(len(lists_of(world, "/rmas", DEMO)))
    by_window = [after - before for before, after in pairwise([0, *calls])]
    # one turn is that of updates, which holds nothing
    assert sorted(by_window) == [1, *[pages] * SCANS_ELSE]
    assert world.calls("/rma/") == []

    world.move(rmas[0], "Approved")
    world.move(rmas[-1], "Canceled")
    told = statuses(windows(WITHIN))
    assert sorted(told) == sorted([(str(rmas[0].id), "Approved"), (str(rmas[-1].id), "Canceled")])
    assert sorted(world.calls("/rma/")) == sorted(f"/rma/{rmas[at].id}" for at in (0, -1))


def test_details_are_read_of_what_changed_only(world, windows, change, clock):
    rmas = [world.rma() for _ in range(5)]
    for rma in rmas:
        world.move(rma, "Approved")
    world.move(rmas[0], "Canceled")
    clock.advance(LONG_AGO)
    windows(SCANS_ELSE + 1)
    world.forget_calls()
    change(rmas[0], REOPENED)
    change(rmas[1], "Received")
    change(rmas[2], "Canceled")
    windows(2 * SCANS_ELSE)

    read = world.calls("/rma/")
    assert sorted(set(read)) == [f"/rma/{rma.id}" for rma in rmas[:3]]
    # The reopened one moved `lastUpdated` too: its turn of updates may look once more.
    assert all(read.count(f"/rma/{rma.id}") == 1 for rma in rmas[1:3])


@pytest.mark.usefixtures("ways")
def test_a_parcel_that_is_received_with_its_return_is_told_with_it(world, poll, clock):
    rma = world.rma()
    parcel = rma.shipments[0]
    world.move(rma, "Approved")
    bridge = world.sandbox.simulation.world
    bridge.update_shipment(parcel, {"status": "Shipped"}, world.now())
    for _ in range(SCANS_ELSE + 1):
        clock.advance(FRESHNESS)
        before = {each["id"] for trigger in (STATUSES, PARCELS) for each in poll(trigger).objects}
    clock.advance(FRESHNESS / 2)
    bridge.update_shipment(parcel, {"status": "Received"}, world.now())
    told = []
    for _ in range(WITHIN):
        clock.advance(FRESHNESS)
        told += [each for trigger in (STATUSES, PARCELS) for each in poll(trigger).objects]

    new = {each["id"]: each for each in told if each["id"] not in before}
    assert sorted((each["id"].partition(":")[0], each["to_status"]) for each in new.values()) == [
        ("rma", "Received"),
        ("shipment", "Received"),
    ]


@pytest.mark.usefixtures("ways")
def test_a_refund_that_moves_nothing_of_its_return_is_told_once(world, poll, clock):
    rma = world.rma()
    poll(REFUNDS)
    clock.advance(FRESHNESS / 2)
    refund = world.refund(rma)
    told = []
    for _ in range(2 * SCANS_ELSE):
        clock.advance(FRESHNESS)
        told.append([each["transaction_id"] for each in poll(REFUNDS).objects])
    assert all(page == [str(refund.id)] for page in told[WITHIN - 1 :])


def test_every_parcel_is_looked_at_though_polls_are_rare(world, poll, clock):
    """As platforms do: none waits because others have moved more lately."""
    poll(PARCELS)
    made = []
    for _ in range(6):
        made.append(world.rma())
        clock.advance(A_QUARTER)
        poll(PARCELS)
    for rma in made:
        world.sandbox.simulation.world.update_shipment(
            rma.shipments[0], {"status": "Shipped"}, world.now()
        )
    for _ in range(4):
        clock.advance(A_QUARTER)
        poll(PARCELS)
    assert len(poll(PARCELS).objects) == len(made)
