"""What a call to ReturnGO is for, and how much of a day each purpose leaves to those above it."""

from enum import StrEnum


class Purpose(StrEnum):
    """What a call to ReturnGO is for. Each goes before those that stand above it."""

    READING = "reading"
    """The feed, hooks and backfills: in the background."""
    LOOKING_UP = "looking up"
    """Searches, drop-downs and the connection test: somebody waits for it."""
    ACTING = "acting"
    """Actions, which change something, with what they look at themselves."""


TWENTIETHS = 20
LEFT_ALONE = {Purpose.READING: 3, Purpose.LOOKING_UP: 2, Purpose.ACTING: 0}


def most_for(purpose: Purpose, daily: int) -> int:
    """Return after how many calls of a day none is made for this purpose any more.

    Reading leaves three twentieths of them alone, looking up a tenth, acting none.
    """
    return daily - daily * LEFT_ALONE[purpose] // TWENTIETHS
