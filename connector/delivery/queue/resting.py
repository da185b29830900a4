"""Resting: a hook whose target is away for days is sent to no more, and nothing is read for it.

Away is a target that answers 404 or nothing at all: a workflow that was deleted, a server that is
no more. What was not delivered is parked, and can be replayed when the hook has been woken.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection as Database
from sqlalchemy import and_, func, or_, update

from connector.clock import furthest
from connector.delivery.http.sender import Reply
from connector.delivery.queue.ending import IS_ACTIVE
from connector.store.tables import delivery, subscription
from schemas.hooks import State

RESTS_AFTER = timedelta(days=3)
# What is tried when that is noted: after a quiet week one bad moment does not make it three days.
TRIED_FOR = timedelta(hours=1)
WHY_PARKED = "the hook rests"
IS_AT_WORK = and_(IS_ACTIVE, subscription.c.rests_since.is_(None))


def note_presence(
    database: Database, tries: Iterable[tuple[str, datetime, Reply]], now: datetime
) -> set[str]:
    """Note whose targets are there and whose are away; return the hooks that rest from now on.

    `tries` are hooks' ids, when what was sent was first tried, and what came of it. The caller has
    locked their hosts' rows and noted what came of the deliveries.
    """
    taken, there, away, long_away = set(), set(), set(), set()
    for hook_id, first_tried_at, reply in tries:
        if reply.failure is None:
            taken.add(hook_id)
        elif reply.is_away:
            away.add(hook_id)
            if first_tried_at <= now - TRIED_FOR:
                long_away.add(hook_id)
        elif not reply.is_ours:
            there.add(hook_id)
    wake(database, taken)
    _update(database, there, away_since=None)
    is_away = away - taken - there
    if not is_away:
        return set()
    since = subscription.c.away_since
    database.execute(
        update(subscription)
        # a clock that was ahead has not seen it leave
        .where(
            subscription.c.id.in_(is_away),
            or_(since.is_(None), since > furthest(now, timedelta())),
        )
        .values(away_since=now)
    )
    rest = database.execute(
        update(subscription)
        .where(subscription.c.id.in_(is_away & long_away), IS_AT_WORK)
        .where(since <= now - RESTS_AFTER)
        .values(rests_since=now)
        .returning(subscription.c.id)
    )
    begun = set(rest.scalars())
    _park(database, is_away, now)
    return begun


def wake(database: Database, hook_ids: Collection[str]) -> None:
    """Have hooks sent to again, as their targets are there or are said to be."""
    _update(database, hook_ids, away_since=None, rests_since=None)


def _update(database: Database, hook_ids: Collection[str], **values: None) -> None:
    """Change the rows that have anything to change, which most have not."""
    if hook_ids:
        differs = or_(*(subscription.c[name].is_not(None) for name in values))
        database.execute(
            update(subscription).where(subscription.c.id.in_(hook_ids), differs).values(values)
        )


def _park(database: Database, hook_ids: Collection[str], now: datetime) -> None:
    """Give up for now what waits for those of the hooks that rest."""
    resting = (
        subscription.select()
        .with_only_columns(subscription.c.id)
        .where(subscription.c.id.in_(hook_ids), subscription.c.rests_since.is_not(None))
    )
    database.execute(
        update(delivery)
        .where(delivery.c.subscription_id.in_(resting))
        .where(delivery.c.settled_at.is_(None), delivery.c.owner.is_(None))
        .values(
            state=State.PARKED,
            settled_at=now,
            failure=func.coalesce(delivery.c.failure, WHY_PARKED),
        )
    )
