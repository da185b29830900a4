"""What was read at ReturnGO, and the log of what happened there."""

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
    Column("updates_told_at", Instant),
    Column("open_started_at", Instant),
    Column("open_cursor", String),
    Column("open_date", Instant),
    Column("open_scanned_at", Instant),
    Column("not_open_at", Instant),
    Column("open_pages", Integer, nullable=False, server_default="1"),
    Column("scan", Integer, nullable=False, server_default="0"),
    Column("scans", Integer, nullable=False, server_default="0"),
    Column("asked_at", Instant, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", Instant),
    Column("failure", String),
    Column("failures", Integer, nullable=False),
    Column("retry_at", Instant),
    Column("told_at", Instant),
    Column("missed_at", Instant),
    Column("pruned_until", Instant),
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
    Column("days", Integer, primary_key=True, server_default="0"),
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
    Column("trail", String),
    Column("stays", Integer, nullable=False, server_default="0"),
    Column("status_since", Instant),
    Column("listed_at", Instant),
    Column("scan", Integer, nullable=False, server_default="0"),
    Column("left_at", Instant),
    Column("updated_at", Instant),
    Column("due_at", Instant),
    Column("tries", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("unknown_since", Instant),
    Column("watched_from", Instant),
    Column("shipments", String),
    Column("has_tracking", Boolean),
    Column("row", LargeBinary),
    Column("shown", String),
    Index(None, "stream_id", "due_at"),
    Index("ix_thing_listed", "stream_id", "listed_at"),
    Index(None, "stream_id", "status", "status_since"),
    comment="How a thing was last seen, to tell a change from a repetition; when to read it again.",
)

trace = Table(
    "trace",
    metadata,
    Column("stream_id", ForeignKey(stream.c.id), primary_key=True),
    Column("resource_id", String, primary_key=True),
    Column("status", String),
    Column("moves", Integer, nullable=False),
    Column("stays", Integer, nullable=False),
    Column("trail", String),
    Column("updated_at", Instant),
    Column("shipments", String),
    Column("shown", String),
    Column("forgotten_at", Instant),
    Index("ix_trace_forgotten", "stream_id", **only(column("forgotten_at").is_not(None))),
    comment="What is left of a thing that ended long ago, to tell a change from a repetition.",
    sqlite_with_rowid=False,
)

part = Table(
    "part",
    metadata,
    Column("connection", String, primary_key=True),
    Column("shop", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("rma_id", String, nullable=False),
    Index(None, "connection", "shop", "rma_id"),
    comment="Which RMA holds a transaction or an item: a transaction's own row does not say.",
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
    Column("last_at", Instant),
    Column("pruned_seq", BigInteger, nullable=False, server_default="0"),
    comment="The last number given to an event: its row lock makes numbers commit in order.",
)

milestone = Table(
    "milestone",
    metadata,
    Column("connection", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    comment="How far a connection's log had got when a day (UTC) began.",
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
    Column("dated_by", String),
    Column("days", Integer),
    Column("since", Instant),
    Column("found_at", Instant, nullable=False),
    Column("recorded_at", Instant),
    Column("seq", BigInteger),
    Column("snapshot_id", ForeignKey(snapshot.c.id)),
    Column("read_at", Instant),
    UniqueConstraint("stream_id", "key"),
    Index(None, "stream_id", "kind", "seq"),
    Index(None, "stream_id", "seq"),
    Index(None, "stream_id", "resource_id", "seq"),
    Index("ix_event_waiting", "stream_id", "resource_id", **only(column("seq").is_(None))),
    Index(None, "snapshot_id"),
    comment="What happened. Without `seq` it still waits for its details and is not shown.",
)

told = Table(
    "told",
    metadata,
    Column("stream_id", ForeignKey(stream.c.id), primary_key=True),
    Column("digest", BigInteger, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    comment="Which events were told and are deleted, by a digest of their id: none comes twice.",
    sqlite_with_rowid=False,
)

sieve = Table(
    "sieve",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("stream_id", ForeignKey(stream.c.id), nullable=False),
    Column("trigger", String, nullable=False),
    Column("form", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    UniqueConstraint("stream_id", "trigger", "form"),
    comment="Up to which number the events of a stream are noted by what a trigger's filters want.",
)

facet = Table(
    "facet",
    metadata,
    Column("sieve_id", ForeignKey(sieve.c.id), primary_key=True),
    Column("digest", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("event_id", BigInteger, nullable=False),
    Index(None, "sieve_id", "seq"),
    comment="What a filter may look for in an event, as a keyed digest.",
    sqlite_with_rowid=False,
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
