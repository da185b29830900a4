"""A thousand returns in a minute, and clients that look in seldom or walk."""

from datetime import timedelta
from unittest import mock

import pytest

from tests.feed.conftest import FRESHNESS
from triggers.new_rma import block as new_rma

BURST = 1000
QUARTER = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _looks_seldom():
    with mock.patch("connector.feed.refresh.LOOK_EVERY", 1.0):
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
