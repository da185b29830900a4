"""Looking for so long that every list has been read."""

from collections.abc import Iterable
from datetime import timedelta

from connector.blocks import Trigger
from connector.feed.reading.sync import SCANS_ELSE
from tests.feed.conftest import Poll
from tests.stand_ins import HandClock

HOUR = timedelta(hours=1)
LOOK = (SCANS_ELSE + 1.5) * HOUR
"""Such a look ends within that, with its calls."""


def look_at_all(poll: Poll, clock: HandClock, triggers: Iterable[Trigger]) -> None:
    """Poll the triggers until what they tell of has been listed in every way."""
    asked = list(triggers)
    for each in asked:
        poll(each)
    # those of one resource share what is read
    leaders = {each.takes.resource: each for each in asked}.values()
    for _ in range(SCANS_ELSE + 1):
        clock.advance(HOUR)
        for each in leaders:
            poll(each)
