"""What was found out: about ReturnGO, and about who is at work on this database."""

from sqlalchemy import Column, String, Table

from connector.store.instant import Instant
from connector.store.tables.base import metadata

finding = Table(
    "finding",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("found_at", Instant, nullable=False),
    comment="Whether what is assumed of ReturnGO was found to be true with a key, and when.",
)

presence = Table(
    "presence",
    metadata,
    Column("name", String, primary_key=True),
    Column("seen_at", Instant, nullable=False),
    comment="When a process of each sort, such as a worker, was last at work.",
)
