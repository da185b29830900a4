"""The record of deeds."""

from sqlalchemy import Column, Index, LargeBinary, String, Table, column

from connector.store.instant import Instant
from connector.store.tables.base import Serial, metadata, only

deed = Table(
    "deed",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("connection", String, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("doer", String, nullable=False),
    Column("request_id", String),
    Column("name", String, nullable=False),
    Column("shop", String),
    Column("about", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("returngo_ids", String, nullable=False),
    # A deed's words in small letters, one text: searched in half the time of four that are lowered.
    Column("searched", String, nullable=False, server_default=""),
    Column("details", LargeBinary),
    Index(None, "connection", "id"),
    Index(None, "began_at"),
    Index("ix_deed_begun", "connection", **only(column("ended_at").is_(None))),
    Index("ix_deed_details", "began_at", **only(column("details").is_not(None))),
    comment="What was done, by whom and to what; what was sent and answered, sealed.",
)
