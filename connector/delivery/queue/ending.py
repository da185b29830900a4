"""Ending a subscription: nothing more is sent for it."""

from datetime import datetime

from sqlalchemy import Connection as Database
from sqlalchemy import delete, update

from connector.store.tables import delivery, subscription

IS_ACTIVE = subscription.c.ended_at.is_(None)


def end(database: Database, hook_id: str, now: datetime, why: str) -> None:
    """End a subscription, and forget what waits for it; its host's row is locked by the caller.

    The key that was brought for it is deleted at once.
    """
    database.execute(
        update(subscription)
        .where(subscription.c.id == hook_id, IS_ACTIVE)
        .values(ended_at=now, ended_because=why, api_key=None)
    )
    database.execute(
        delete(delivery)
        .where(delivery.c.subscription_id == hook_id)
        .where(delivery.c.settled_at.is_(None), delivery.c.owner.is_(None))
    )
