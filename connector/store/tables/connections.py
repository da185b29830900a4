"""Connections that stand in the database, tokens, the page's password, and whose all of it is."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from connector.store.instant import Instant
from connector.store.tables.base import metadata

connection = Table(
    "connection",
    metadata,
    Column("id", String, primary_key=True),
    Column("label", String, nullable=False),
    Column("api_key", LargeBinary, nullable=False),
    Column("key_id", String, nullable=False),
    Column("shops", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("label"),
    UniqueConstraint("key_id"),
    comment="A ReturnGO key, sealed, and the shops that it is for.",
)

token = Table(
    "token",
    metadata,
    Column("id", String, primary_key=True),
    Column("connection", String, nullable=False),
    Column("name", String, nullable=False),
    Column("prefix", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("shops", String),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Column("minute_limit", Integer),
    Column("daily_limit", Integer),
    UniqueConstraint("digest"),
    Index(None, "connection"),
    comment="What a bridge token is good for; the token itself is not kept, but a digest of it.",
)

operator = Table(
    "operator",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("password", String, nullable=False),
    Column("set_at", Instant, nullable=False),
    comment="With which password the operator signs in to the page: a hash of it, in one row.",
)

ownership = Table(
    "ownership",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mark", LargeBinary, nullable=False),
    comment="Whose the database is: the name of the settings' key, sealed, in one row.",
)
