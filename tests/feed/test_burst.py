"""A thousand returns in a minute, and clients that look in seldom or walk."""

from datetime import timedelta
from unittest import mock

import pytest
import requests

from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO, path_of
from triggers.new_rma import block as new_rma
from triggers.new_transaction import block as transactions

BURST = 1000
SECOND = 500  # changes in one second
LATE = 20  # of them, once the first page has been read, and once the last has
QUARTER = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _looks_seldom():
    with mock.patch("connector.feed.reading.refresher.STREAM_LOOK_EVERY", 1.0):
        yield


def test_a_burst_reaches_whole_a_client_that_reads_the_default_page_every_quarter(
    open_feed, world, clock, connection
):
    feed = open_feed(daily=2000)
    seen: set[str] = set()

    def look() -> None:
        page = feed.poll(connection, new_rma, {"raw": False})
        seen.update(shown["rma_id"] for shown in page.objects)

    look()
    clock.advance(QUARTER)
    burst = set()
    for _ in range(BURST):
        burst.add(str(world.rma().id))
        clock.advance(timedelta(seconds=0.06))
    for _ in range(3):
        look()
        clock.advance(QUARTER)
    assert seen == burst
    assert len(world.calls("/rma/")) == BURST


def test_what_is_recorded_late_is_not_jumped_over_by_who_walks(poll, world, clock):
    """Its details come late, those of younger returns are there before."""
    poll(new_rma)
    clock.advance(FRESHNESS)
    late = world.rma()
    trouble = world.trouble(status=500, path=f"/rma/{late.id}", count=None)
    clock.advance(FRESHNESS)
    first = world.rma()
    walked = [shown["rma_id"] for shown in poll(new_rma).objects]
    assert walked == [str(first.id)]
    last = poll(new_rma).objects[0]["id"]
    world.sandbox.simulation.faults.standing.remove(trouble)
    for _ in range(4):
        clock.advance(2 * FRESHNESS)
        page = poll(new_rma, after=last)
        walked += [shown["rma_id"] for shown in page.objects]
        last = page.objects[-1]["id"] if page.objects else last
    assert walked == [str(first.id), str(late.id)]


@pytest.mark.parametrize("pagesize", [100, 450])
def test_five_hundred_changes_of_one_second_come_out_once(poll, world, wire, clock, pagesize):
    """Some before the reading, some while its pages are read: all bear the same second."""
    wire.pagesize = pagesize
    rmas = [world.rma() for _ in range(5)]
    assert poll(transactions).objects == []
    clock.advance(FRESHNESS)
    second = world.now()
    made = [world.refund(rmas[number % 5]) for number in range(SECOND - 2 * LATE)]

    pages = -(-(SECOND - LATE) // pagesize)
    calls = 0

    def go_on(request: requests.PreparedRequest) -> None:
        nonlocal calls
        is_window = path_of(request) == "/transactions" and "updated_at" in str(request.url)
        if is_window and request.headers["x-shop-name"] == DEMO:
            calls += 1
            if calls in (1, pages):
                made.extend(world.refund(rmas[0]) for _ in range(LATE))

    wire.after = go_on
    glanced: list[str] = []
    for _ in range(3):
        page = poll(transactions)
        glanced += [shown["id"] for shown in page.objects if shown["id"] not in glanced]
        clock.advance(FRESHNESS)
    assert len(made) == SECOND
    assert {each.created_at for each in made} == {second}
    assert len(glanced) == SECOND
    shown = {each["transaction_id"] for each in poll(transactions, limit=1000).objects}
    assert shown == {str(each.id) for each in made}
