"""More happens than the day's calls can tell of."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

import app
from tests.feed.histories import SHOPS

CHANGED = app.CATALOGUE.triggers["rma_status_changed"]
PAUSE = timedelta(minutes=30)


@pytest.mark.two_shops
def test_however_much_moves_the_lists_go_on_until_midnight(open_feed, world, clock, connection):
    feed = open_feed(daily=120)
    rmas = [world.rma(shop) for shop in SHOPS for _ in range(60)]
    midnight = clock.now().replace(hour=0, minute=0) + timedelta(days=1)
    ages: list[int] = []
    told: dict[str, str] = {}

    def poll_until(end: datetime) -> None:
        while clock.now() < end:
            clock.advance(PAUSE)
            page = feed.poll(connection, CHANGED, {"raw": False})
            ages.append(page.age)
            told.update({shown["rma_id"]: shown["shop"] for shown in page.objects})

    feed.poll(connection, CHANGED, {"raw": False})
    poll_until(midnight - timedelta(hours=6))
    for rma in rmas:
        world.move(rma, "Approved")
    ages.clear()
    poll_until(midnight - PAUSE)
    assert max(ages) <= timedelta(hours=2).total_seconds()
    # neither shop takes all of the other's part
    shown = Counter(told.values())
    assert 10 < shown[SHOPS[0]] < 60 > shown[SHOPS[1]] > 10
    # the rest follows the next day
    poll_until(midnight + timedelta(days=1))
    assert told.keys() == {str(rma.id) for rma in rmas}
