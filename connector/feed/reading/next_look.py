"""When to read the details of an RMA again, and from when on its parts are news."""

from datetime import datetime, timedelta

from connector.blocks import Kind
from connector.feed.pace.today import NextLook
from connector.feed.streams.interests import Wanted
from connector.feed.streams.stream import Stream
from connector.feed.streams.tracked import Tracked

# Rows that ReturnGO shows late still fall into the next window.
WINDOW_OVERLAP = timedelta(minutes=5)
# So long after an approval ReturnGO may move `lastUpdated` on.
SETTLES = timedelta(seconds=10)
# The warehouse may look at items after an RMA is done.
DONE = "Done"
DONE_FOLLOWED_FOR = timedelta(days=14)
DONE_LOOKED_AT_EVERY = timedelta(hours=6)


def followed_from(thing: Tracked, wanted: Wanted) -> datetime | None:
    """Return from when on the parts of an RMA are news, None while nobody wants them.

    What the first look takes in was listed lately; all that comes later is news only since somebody
    asked.
    """
    if wanted.asked_from is None or wanted.watched_from is None:
        return None
    if thing.watched_from is not None:
        # A clock that was ahead may have put it off.
        return min(thing.watched_from, wanted.asked_from)
    is_recent = thing.listed_at is not None and thing.listed_at >= wanted.watched_from
    return wanted.watched_from if wanted.is_first and is_recent else wanted.asked_from


def next_look_at(
    seen: Tracked, wanted: Wanted, now: datetime, next_look: NextLook
) -> datetime | None:
    """Return when to read an RMA again that is followed; a while longer than it is open."""
    if seen.is_open:
        return now + next_look(seen)
    is_done = seen.status == DONE and Kind.ITEM_VALIDATED in wanted.kinds
    if is_done and seen.status_since is not None and now < seen.status_since + DONE_FOLLOWED_FOR:
        return now + max(next_look(seen), DONE_LOOKED_AT_EVERY)
    return None


def look_again(
    stream: Stream,
    before: Tracked | None,
    now: datetime,
    next_look: NextLook,
    *,
    has_moved: bool,
) -> datetime | None:
    """Choose when to read the details of an RMA that is listed as updated since `stream.since`.

    The row does not say when. If it is known to have been updated since then, the row may speak of
    that, or of another update since: the next look, when this one has left the window, tells.
    """
    if before is None:
        return now
    if before.tries:
        return before.due_at
    if has_moved or before.updated_at is None or before.updated_at < stream.since - SETTLES:
        return now
    look_at = now + max(WINDOW_OVERLAP, next_look(before))
    return look_at if before.due_at is None else min(before.due_at, look_at)


def sooner(seen: Tracked, now: datetime, next_look: NextLook) -> datetime | None:
    """Return when to look again at an RMA that has moved, if it is followed.

    One that has ended is looked at once more: its last details tell what happened to its parts.
    """
    if seen.watched_from is None:
        return seen.due_at if seen.is_open else None
    due_at = now + next_look(seen)
    if not seen.is_open:
        return due_at
    return due_at if seen.due_at is None else min(due_at, seen.due_at)
