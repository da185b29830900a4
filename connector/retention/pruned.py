"""Noting that something of a stream is deleted, which keeps readers off."""

from datetime import datetime

from sqlalchemy import Connection as Database
from sqlalchemy import or_, update

from connector.store.tables import stream


def may_prune(database: Database, stream_id: int, until: datetime, now: datetime) -> bool:
    """Note that what was recorded before `until` goes, unless the stream is being read.

    A reading that begins afterwards knows of it. Within the caller's transaction.
    """
    noted = database.execute(
        update(stream)
        .where(stream.c.id == stream_id)
        .where(or_(stream.c.lease_until.is_(None), stream.c.lease_until <= now))
        .values(pruned_until=until)
    )
    return noted.rowcount == 1
