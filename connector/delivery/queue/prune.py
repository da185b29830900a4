"""Pruning: what has arrived, was given up or has ended is kept for a while, then deleted."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, delete, exists, or_, select

from connector.clock import Clock
from connector.store import Store
from connector.store.tables import delivery, subscription
from schemas.hooks import State

DELIVERIES_KEPT_FOR = {State.DELIVERED: timedelta(days=3), State.PARKED: timedelta(days=30)}
ENDED_KEPT = timedelta(days=7)
PRUNED_AT_ONCE = 1000


@dataclass(frozen=True)
class Prune:
    """Deletes what is old."""

    store: Store
    clock: Clock

    def run(self) -> bool:
        """Delete some of what is old, and tell whether there may be more.

        Raises StoreUnavailable.
        """
        now = self.clock.now()
        ended = select(subscription.c.id).where(subscription.c.ended_at < now - ENDED_KEPT)
        old = [
            and_(delivery.c.state == state, delivery.c.settled_at < now - kept)
            for state, kept in DELIVERIES_KEPT_FOR.items()
        ]
        # Two that prune at once may wait for each other's rows: these are always in one order.
        rows = (
            select(delivery.c.id)
            .where(or_(*old, delivery.c.subscription_id.in_(ended)))
            .order_by(delivery.c.id)
            .limit(PRUNED_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        with self.store.write() as database:
            deleted = database.execute(delete(delivery).where(delivery.c.id.in_(rows))).rowcount
            if deleted == 0:
                database.execute(
                    delete(subscription)
                    .where(subscription.c.ended_at < now - ENDED_KEPT)
                    .where(~exists().where(delivery.c.subscription_id == subscription.c.id))
                )
        return deleted == PRUNED_AT_ONCE
