"""Deliveries: what has arrived, was given up or has ended is kept for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, or_, select

from connector.store import Store
from connector.store.tables import delivery, subscription, target_host
from schemas.hooks import State

KEPT_FOR = {State.DELIVERED: timedelta(days=3), State.PARKED: timedelta(days=30)}
ENDED_KEPT = timedelta(days=7)
AT_ONCE = 1000


@dataclass(frozen=True)
class Deliveries:
    """Deletes deliveries, hooks that have ended, and what is known of hosts that no hook names."""

    store: Store

    def run(self, now: datetime) -> bool:
        """Delete some of what is old; return whether there may be more. Raises StoreUnavailable."""
        ended = select(subscription.c.id).where(subscription.c.ended_at < now - ENDED_KEPT)
        old = [
            and_(delivery.c.state == state, delivery.c.settled_at < now - kept)
            for state, kept in KEPT_FOR.items()
        ]
        # Two that delete at once may wait for each other's rows: these are always in one order.
        rows = (
            select(delivery.c.id)
            .where(or_(*old, delivery.c.subscription_id.in_(ended)))
            .order_by(delivery.c.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        hosts = delete(target_host).where(
            target_host.c.claimed_at < now - ENDED_KEPT,
            ~exists().where(subscription.c.host == target_host.c.host),
            ~exists().where(delivery.c.host == target_host.c.host),
        )
        with self.store.write() as database:
            deleted = database.execute(delete(delivery).where(delivery.c.id.in_(rows))).rowcount
            if deleted == 0:
                database.execute(
                    delete(subscription)
                    .where(subscription.c.ended_at < now - ENDED_KEPT)
                    .where(~exists().where(delivery.c.subscription_id == subscription.c.id))
                )
                database.execute(hosts)
        return deleted == AT_ONCE
