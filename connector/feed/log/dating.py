"""Dating: when something happened that ReturnGO's events do not date."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import and_, or_, select

from connector.blocks import Kind
from connector.feed.changes.change import BY_COMMENT, BY_EVENT
from connector.feed.changes.timeline import times_of
from connector.feed.streams.stream import Stream
from connector.store.tables import event


@dataclass(frozen=True)
class Date:
    """When an event occurred, and how that is known."""

    at: datetime | None
    by: str | None


def date_of(
    database: Database,
    stream: Stream,
    row: Any,
    body: Any,
    made_at: datetime | None,
    earliest: datetime,
) -> Date:
    """Choose the time of an event that waits: its own, or what the details in `body` tell.

    A comment from before the `earliest` is of an older change, whose event may be deleted.
    """
    if row.occurred_at is not None:
        return Date(row.occurred_at, row.dated_by)
    if row.kind == Kind.RMA_CREATED and made_at is not None:
        return Date(made_at, BY_EVENT)
    if row.kind == Kind.RMA_STATUS_CHANGED:
        for when in times_of(body, row.status):
            if when >= earliest and not _dates_another(database, stream, row, when):
                return Date(when, BY_COMMENT)
            break  # an older comment is of an older change
    return Date(None, None)


def _dates_another(database: Database, stream: Stream, row: Any, when: datetime) -> bool:
    """Whether a comment's time is that of an earlier change, or lies before one."""
    earlier = select(event.c.id).where(
        event.c.stream_id == stream.id,
        event.c.resource_id == row.resource_id,
        event.c.kind == Kind.RMA_STATUS_CHANGED,
        event.c.id < row.id,
        or_(
            event.c.occurred_at > when,
            and_(event.c.occurred_at == when, event.c.status == row.status),
        ),
    )
    return database.execute(earlier).first() is not None
