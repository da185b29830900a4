"""Lapsing: a hook ends that was made with a caller's own key, once ReturnGO refuses that for good.

What was read with the key can then go as well.
"""

from dataclasses import dataclass

from sqlalchemy import exists, select

from connector.clock import Clock
from connector.delivery.queue import hosts
from connector.delivery.queue.ending import IS_ACTIVE, end
from connector.feed import Failure
from connector.store import Store
from connector.store.tables import stream, subscription
from connector.verification import KNOWN_FOR

WHY = f"ReturnGO has refused its key for {KNOWN_FOR.days} days"
_ITS_STREAMS = (
    stream.c.connection == subscription.c.connection,
    stream.c.shop == subscription.c.shop,
)


@dataclass(frozen=True)
class Lapsing:
    """Ends the hooks whose own key is good no more."""

    store: Store
    clock: Clock

    def run(self) -> bool:
        """End those that there are; return whether there was any. Raises StoreUnavailable."""
        now = self.clock.now()
        until = now - KNOWN_FOR
        refused = exists().where(
            *_ITS_STREAMS, stream.c.failure.in_((Failure.KEY_REFUSED, Failure.SHOP_REFUSED))
        )
        was_read = exists().where(*_ITS_STREAMS, stream.c.fresh_at >= until)
        lapsed = (
            select(subscription.c.id, subscription.c.host)
            .where(IS_ACTIVE, subscription.c.api_key.is_not(None))
            .where(subscription.c.created_at < until, refused, ~was_read)
            .order_by(subscription.c.id)
        )
        with self.store.read() as database:
            if database.execute(lapsed.limit(1)).first() is None:
                return False
        with self.store.write() as database:
            found = database.execute(lapsed).all()
            hosts.lock(database, {host for _, host in found})
            for hook_id, _ in found:
                end(database, hook_id, now, WHY)
        return True
