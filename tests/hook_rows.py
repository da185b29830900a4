"""Rows of hooks and deliveries, for tests that need some to be there and none to be sent."""

from datetime import datetime

from sqlalchemy import Connection as Database
from sqlalchemy import insert

from connector.store.tables import delivery, subscription

HOST = "hooks.example.com"


def put_hook(database: Database, connection: str, at: datetime, *, since: int) -> None:
    """Put a hook of *New RMA* there, which wants what comes after a place."""
    database.execute(
        insert(subscription).values(
            id="hook_1",
            connection=connection,
            trigger="new_rma",
            host=HOST,
            target_url=b"",
            secrets=b"",
            is_ordered=False,
            since_seq=since,
            created_at=at,
        )
    )


def put_delivery(database: Database, event_id: int, seq: int, at: datetime) -> None:
    """Put a delivery of an event to that hook there, which is due."""
    database.execute(
        insert(delivery).values(
            subscription_id="hook_1",
            event_id=event_id,
            seq=seq,
            host=HOST,
            is_ordered=False,
            message_id=f"msg_{event_id}",
            state="waiting",
            due_at=at,
            tries=0,
        )
    )
