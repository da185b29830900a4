"""Trust in webhooks: while they tell what happens, lists are read rarely, only to reconcile.

Nothing promises that ReturnGO delivers a webhook. A list that tells what none has told ends the
trust; webhooks that are the first to tell something bring it back, after a while.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from connector.blocks import Kind, Topic
from connector.clock import furthest
from connector.feed.changes.change import Change
from connector.feed.streams.interests import Wanted
from connector.feed.streams.stream import Stream
from schemas.words import REQUESTED

# While webhooks tell the same, an RMA whose webhook is lost is looked at again.
DETAILS_EVERY = timedelta(days=1)
# So long a webhook may be on its way.
WEBHOOK_LATE_AFTER = timedelta(minutes=5)
# So long after a silence webhooks must have been heard again.
PROBATION = timedelta(hours=6)

TOLD = frozenset(
    {
        Topic(Kind.RMA_CREATED),
        Topic(Kind.RMA_STATUS_CHANGED),
        Topic(Kind.SHIPMENT_CREATED),
        Topic(Kind.SHIPMENT_STATUS_CHANGED),
        Topic(Kind.TRANSACTION_CREATED),
        # [A] made-requested
        Topic(Kind.TRANSACTION_STATUS_CHANGED, REQUESTED),
    }
)


def is_trusted(stream: Stream, now: datetime) -> bool:
    """Whether webhooks of a stream's shop may be relied on."""
    if stream.told_at is None or stream.told_at > furthest(now, timedelta()):
        return False
    return stream.missed_at is None or stream.told_at > stream.missed_at + PROBATION


def are_told(topics: Iterable[Topic]) -> bool:
    """Return whether ReturnGO has webhooks for all of these topics."""
    return all(_is_told(topic) for topic in topics)


def look_age(stream: Stream, wanted: Wanted, target: timedelta, now: datetime) -> timedelta:
    """Return after how long to look again at an RMA, where without webhooks it were `target`."""
    parts = [topic for topic in wanted.topics if topic.kind.part is not None]
    if is_trusted(stream, now) and are_told(parts):
        return max(target, DETAILS_EVERY)
    return target


def tells(news: Iterable[Change]) -> bool:
    """Return whether there is something of which a webhook tells."""
    return any(_is_told(Topic(change.kind, change.status)) for change in news)


def was_silent(news: Iterable[Change], by: datetime) -> bool:
    """Return whether a list, read at `by`, told what a webhook should have told by then."""
    return tells(
        change
        for change in news
        if change.occurred_at is not None and change.occurred_at < by - WEBHOOK_LATE_AFTER
    )


def _is_told(topic: Topic) -> bool:
    return topic in TOLD or Topic(topic.kind) in TOLD
