"""ReturnGO's webhooks: where they arrive, and what they hint at."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from connector.store.instant import Instant
from connector.store.tables.base import Serial, metadata

inbox = Table(
    "inbox",
    metadata,
    Column("connection", String, primary_key=True),
    Column("shop", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("former", String),
    Column("former_until", Instant),
    UniqueConstraint("digest"),
    Index(None, "former"),
    comment="The address at which ReturnGO's webhooks of a shop arrive: its secret, sealed.",
)

webhook = Table(
    "webhook",
    metadata,
    Column("connection", String, primary_key=True),
    Column("shop", String, primary_key=True),
    Column("event_name", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("heard_at", Instant, nullable=False),
    comment="How many of ReturnGO's webhooks of each name have arrived, and when the last one did.",
)

hint = Table(
    "hint",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("connection", String, nullable=False),
    Column("shop", String, nullable=False),
    Column("about", String, nullable=False),
    Column("resource_id", String, nullable=False),
    Column("heard", Integer, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    UniqueConstraint("connection", "shop", "about", "resource_id"),
    Index(None, "due_at"),
    comment="What webhooks say has changed and nobody has looked at yet, once for each thing.",
)
