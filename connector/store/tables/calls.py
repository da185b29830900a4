"""What calls cost and have come to: budgets, verified keys, idempotency keys."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from connector.store.instant import Instant
from connector.store.tables.base import metadata

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

spent = Table(
    "spent",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("hour", Instant, primary_key=True),
    Column("purpose", String, primary_key=True),
    Column("calls", Integer, nullable=False),
    comment="How many of a key's calls went out in an hour, by what they were for.",
)

token_calls = Table(
    "token_calls",
    metadata,
    Column("token", String, primary_key=True),
    Column("day", String, nullable=False),
    Column("of_day", Integer, nullable=False),
    Column("minute", Instant, nullable=False),
    Column("of_minute", Integer, nullable=False),
    comment="How many calls a token has made in its latest day, and in its latest minute.",
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
