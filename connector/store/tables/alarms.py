"""Alarms that are on, and what of each is still to be told."""

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from connector.store.instant import Instant
from connector.store.tables.base import metadata

alarm = Table(
    "alarm",
    metadata,
    Column("id", String, primary_key=True),
    Column("connection", String, nullable=False),
    Column("name", String, nullable=False),
    Column("about", String, nullable=False),
    Column("label", String),
    Column("seen", String, nullable=False),
    Column("mend", String),
    Column("begun_at", Instant, nullable=False),
    Column("over_at", Instant),
    Column("due_at", Instant),
    Column("tries", Integer, nullable=False),
    UniqueConstraint("connection", "name", "about"),
    comment="What needs attention: since when, and when the operator's address is told next.",
)
