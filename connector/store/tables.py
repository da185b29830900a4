"""Every table. A change here needs a migration beside it; a test compares the two."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    column,
)

from connector.store.instant import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up only what it calls INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")


def _only(which: ColumnElement[bool]) -> dict[str, Any]:
    """Index only some rows, in either dialect."""
    return {"sqlite_where": which, "postgresql_where": which}


budget = Table(
    "budget",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("day", String, nullable=False),
    Column("used", Integer, nullable=False),
    Column("paced_until", Instant, nullable=False),
    Column("closed_until", Instant),
    comment="The calls of a ReturnGO key: how many today, and when the next may go out.",
)

verification = Table(
    "verification",
    metadata,
    Column("connection", String, primary_key=True),
    Column("shop", String, primary_key=True),
    Column("key_id", String, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("refusal", String),
    Column("sentence", String),
    comment="When a connection's key was last tried at a shop, and how ReturnGO refused it.",
)

stream = Table(
    "stream",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("connection", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("shop", String, nullable=False),
    Column("resource", String, nullable=False),
    Column("baseline_from", Instant, nullable=False),
    Column("since", Instant, nullable=False),
    Column("pass_started_at", Instant),
    Column("pass_next_since", Instant),
    Column("pass_cursor", String),
    Column("fresh_at", Instant),
    Column("counted_at", Instant),
    Column("asked_at", Instant, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", Instant),
    Column("failure", String),
    Column("failures", Integer, nullable=False),
    Column("retry_at", Instant),
    Column("told_at", Instant),
    Column("missed_at", Instant),
    UniqueConstraint("connection", "shop", "resource"),
    Index(None, "key_id", "asked_at"),
    comment="How far a connection has read one resource of one shop, and who is reading it now.",
)

interest = Table(
    "interest",
    metadata,
    Column("stream_id", ForeignKey(stream.c.id), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("status", String, primary_key=True),
    Column("first_asked_at", Instant, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ready_at", Instant),
    comment="Which events somebody asks a stream for: only these are worth calls.",
)

thing = Table(
    "thing",
    metadata,
    Column("stream_id", ForeignKey(stream.c.id), primary_key=True),
    Column("resource_id", String, primary_key=True),
    Column("status", String),
    Column("moves", Integer, nullable=False),
    Column("listed_at", Instant),
    Column("updated_at", Instant),
    Column("due_at", Instant),
    Column("tries", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("unknown_since", Instant),
    Column("watched_from", Instant),
    Column("shipments", String),
    Index(None, "stream_id", "due_at"),
    Index("ix_thing_listed", "stream_id", "listed_at"),
    comment="How a thing was last seen, to tell a change from a repetition; when to read it again.",
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    comment="What ReturnGO showed of a thing, sealed, shared by the events of one change.",
)

sequence = Table(
    "sequence",
    metadata,
    Column("connection", String, primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    comment="The last number given to an event: its row lock makes numbers commit in order.",
)

event = Table(
    "event",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("stream_id", ForeignKey(stream.c.id), nullable=False),
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("resource_id", String, nullable=False),
    Column("part", String),
    Column("status", String),
    Column("previous", String),
    Column("occurred_at", Instant),
    Column("found_at", Instant, nullable=False),
    Column("recorded_at", Instant),
    Column("seq", BigInteger),
    Column("snapshot_id", ForeignKey(snapshot.c.id)),
    UniqueConstraint("stream_id", "key"),
    Index(None, "stream_id", "kind", "seq"),
    Index(None, "stream_id", "seq"),
    Index("ix_event_waiting", "stream_id", "resource_id", **_only(column("seq").is_(None))),
    comment="What happened. Without `seq` it still waits for its details and is not shown.",
)

inbox = Table(
    "inbox",
    metadata,
    Column("connection", String, primary_key=True),
    Column("shop", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    UniqueConstraint("digest"),
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

backfill = Table(
    "backfill",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("stream_id", ForeignKey(stream.c.id), nullable=False),
    Column("since", Instant, nullable=False),
    Column("emits", Boolean, nullable=False),
    Column("cursor", String),
    Column("is_listed", Boolean, nullable=False),
    UniqueConstraint("stream_id", "since", "emits"),
    comment="How far the history of a stream has been listed.",
)

backlog = Table(
    "backlog",
    metadata,
    Column("backfill_id", ForeignKey(backfill.c.id), primary_key=True),
    Column("resource_id", String, primary_key=True),
    Column("row", LargeBinary, nullable=False),
    comment="What of a backfill was listed, sealed, and is still to be brought in.",
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("connection", String, primary_key=True),
    Column("action", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("owner", String, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("done_at", Instant),
    Column("answer", LargeBinary),
    Index(None, "started_at"),
    comment="An action's idempotency key: what was asked, who does it, and the sealed answer.",
)


WAITING = _only(column("settled_at").is_(None))
OWNED = _only(column("owner").is_not(None))

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
    Index("ix_delivery_due", "due_at", **WAITING),
    Index("ix_delivery_due_of_host", "host", "is_ordered", "due_at", **WAITING),
    Index("ix_delivery_in_order", "subscription_id", "seq", **WAITING),
    Index("ix_delivery_in_flight", "host", **OWNED),
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
