"""Mending: what waits for an instant that lies too far ahead, as the clock was set back, goes on.

Each instant that delivery waits for lies at most so far ahead of the moment at which it was set.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, and_, case, literal, or_, select, update

from connector.clock import Clock, furthest
from connector.delivery.queue.hosts import BURST, REQUEST_EVERY, SLOW_FOR
from connector.delivery.queue.queue import DELIVERY_LEASE
from connector.delivery.queue.schedule import STEPS, longest_wait
from connector.store import Store
from connector.store.instant import Instant
from connector.store.tables import delivery, target_host

MENDED_AT_ONCE = 1000


@dataclass(frozen=True)
class Mending:
    """Brings back to now what lies further ahead than it ever may."""

    store: Store
    clock: Clock

    def run(self) -> bool:
        """Mend some of what is wrong, and tell whether there was any. Raises StoreUnavailable."""
        now = self.clock.now()
        with self.store.read() as database:
            hosts = select(target_host.c.host).where(_is_wrong_host(now))
            deliveries = select(delivery.c.id).where(*_is_wrong_delivery(now))
            is_well = all(
                database.execute(each.limit(1)).first() is None for each in (hosts, deliveries)
            )
        if is_well:
            return False
        with self.store.write() as database:
            mended = [database.execute(each).rowcount for each in _mend(now)]
        return any(mended)


def _mend(now: datetime) -> tuple[Update, Update]:
    """Hosts before deliveries, as everywhere; what somebody else has locked is mended next."""
    hosts = (
        select(target_host.c.host)
        .where(_is_wrong_host(now))
        .order_by(target_host.c.host)
        .with_for_update(skip_locked=True)
    )
    deliveries = (
        select(delivery.c.id)
        .where(*_is_wrong_delivery(now))
        .order_by(delivery.c.id)
        .limit(MENDED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return (
        update(target_host)
        .where(target_host.c.host.in_(hosts))
        .values(paced_until=now, claimed_at=now, slow_until=None),
        update(delivery).where(delivery.c.id.in_(deliveries)).values(due_at=now),
    )


def _is_wrong_host(now: datetime) -> ColumnElement[bool]:
    return or_(
        target_host.c.paced_until > furthest(now, BURST * REQUEST_EVERY),
        target_host.c.claimed_at > furthest(now, timedelta()),
        target_host.c.slow_until > furthest(now, SLOW_FOR),
    )


def _is_wrong_delivery(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Choose what is on its way or waits too long. What was never tried is due at once, always."""
    longest = {tries: furthest(now, longest_wait(tries)) for tries in range(1, len(STEPS))}
    waits = case(
        {tries: _instant(until) for tries, until in ({0: now} | longest).items()},
        value=delivery.c.tries,
        else_=_instant(furthest(now, longest_wait(len(STEPS)))),
    )
    is_claimed = delivery.c.owner.is_not(None)
    return (
        delivery.c.settled_at.is_(None),
        delivery.c.due_at > now,
        or_(
            and_(is_claimed, delivery.c.due_at > furthest(now, DELIVERY_LEASE)),
            and_(~is_claimed, delivery.c.due_at > waits),
        ),
    )


def _instant(value: datetime) -> ColumnElement[datetime]:
    return literal(value, Instant())
