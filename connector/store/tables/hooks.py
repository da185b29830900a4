"""REST hooks: who is told of what, and what is on its way."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    column,
)

from connector.store.instant import Instant
from connector.store.tables.base import Serial, metadata, only
from connector.store.tables.feed import event

_WAITING = only(column("settled_at").is_(None))
_OWNED = only(column("owner").is_not(None))

subscription = Table(
    "subscription",
    metadata,
    Column("id", String, primary_key=True),
    Column("connection", String, nullable=False),
    Column("trigger", String, nullable=False),
    Column("shop", String),
    Column("filters", LargeBinary),
    Column("host", String, nullable=False),
    Column("target_url", LargeBinary, nullable=False),
    Column("secrets", LargeBinary, nullable=False),
    Column("api_key", LargeBinary),
    Column("is_ordered", Boolean, nullable=False),
    Column("since_seq", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_because", String),
    Column("owner", String),
    Column("idempotency_key", String),
    Column("away_since", Instant),
    Column("rests_since", Instant),
    Index(None, "connection"),
    Index(None, "host"),
    comment="Who is told of a trigger's events, and where: what would give access, sealed.",
)

fanout = Table(
    "fanout",
    metadata,
    Column("connection", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    comment="Up to which event of a connection's log deliveries have been made.",
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("subscription_id", ForeignKey(subscription.c.id), nullable=False),
    Column("event_id", ForeignKey(event.c.id), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("host", String, nullable=False),
    Column("is_ordered", Boolean, nullable=False),
    Column("message_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("first_tried_at", Instant),
    Column("owner", String),
    Column("status", Integer),
    Column("failure", String),
    Column("settled_at", Instant),
    UniqueConstraint("subscription_id", "event_id"),
    Index(None, "event_id"),
    Index("ix_delivery_due", "due_at", **_WAITING),
    Index("ix_delivery_due_of_host", "host", "is_ordered", "due_at", **_WAITING),
    Index("ix_delivery_in_order", "subscription_id", "seq", **_WAITING),
    Index("ix_delivery_in_flight", "host", **_OWNED),
    Index(None, "subscription_id", "state", "id"),
    Index(None, "state", "settled_at"),
    comment="One event on its way to one subscription: when it is due, and who sends it now.",
)

target_host = Table(
    "target_host",
    metadata,
    Column("host", String, primary_key=True),
    Column("paced_until", Instant, nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Column("slow_until", Instant),
    comment="How fast a host may be sent to. Whoever claims its deliveries locks its row.",
)
