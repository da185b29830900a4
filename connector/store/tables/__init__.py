"""Every table. A change here needs a migration beside it; a test compares the two."""

from connector.store.tables.alarms import alarm
from connector.store.tables.base import metadata
from connector.store.tables.calls import budget, idempotency, spent, token_calls, verification
from connector.store.tables.connections import connection, operator, ownership, token
from connector.store.tables.deeds import deed
from connector.store.tables.doctor import finding, presence
from connector.store.tables.feed import (
    backfill,
    backlog,
    event,
    facet,
    interest,
    milestone,
    part,
    sequence,
    sieve,
    snapshot,
    stream,
    thing,
    told,
    trace,
)
from connector.store.tables.hooks import delivery, fanout, subscription, target_host
from connector.store.tables.webhooks import hint, inbox, webhook

__all__ = [
    "alarm",
    "backfill",
    "backlog",
    "budget",
    "connection",
    "deed",
    "delivery",
    "event",
    "facet",
    "fanout",
    "finding",
    "hint",
    "idempotency",
    "inbox",
    "interest",
    "metadata",
    "milestone",
    "operator",
    "ownership",
    "part",
    "presence",
    "sequence",
    "sieve",
    "snapshot",
    "spent",
    "stream",
    "subscription",
    "target_host",
    "thing",
    "token",
    "token_calls",
    "told",
    "trace",
    "verification",
    "webhook",
]
