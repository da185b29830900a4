"""Numbers for events: in a connection's log, what has the smaller number was committed first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection as Database
from sqlalchemy import and_, case

from connector.clock import furthest
from connector.store import Store
from connector.store.tables import milestone, sequence


@dataclass(frozen=True)
class Allocated:
    """The last number drawn so far, and the time of recording that goes with it."""

    last: int
    at: datetime


def allocate_positions(
    store: Store, database: Database, connection: str, count: int, now: datetime
) -> Allocated:
    """Draw `count` numbers within the caller's transaction.

    The row's lock makes them commit in the order of their drawing: until the transaction ends,
    nobody else draws any, even if `count` is 0. Their time is `now`, but never before that of the
    last ones, which may have been recorded by a process whose clock is ahead: a client that
    remembers the newest time that it saw would miss them. A clock set back by more than clocks may
    differ is taken at its word.
    """
    last_at = sequence.c.last_at
    is_ahead = and_(last_at > now, last_at <= furthest(now, timedelta()))
    first = store.insert(sequence).values(connection=connection, last_seq=count, last_at=now)
    allocated = database.execute(
        first.on_conflict_do_update(
            index_elements=["connection"],
            set_={
                "last_seq": sequence.c.last_seq + count,
                "last_at": case((is_ahead, last_at), else_=first.excluded.last_at),
            },
        ).returning(sequence.c.last_seq, last_at)
    ).one()
    if count:
        # the first of a day notes where it begins, so that a day is a range of the log
        day = {"connection": connection, "day": allocated.last_at.date().isoformat()}
        began = store.insert(milestone).values(**day, seq=allocated.last_seq - count)
        database.execute(began.on_conflict_do_nothing())
    return Allocated(last=allocated.last_seq, at=allocated.last_at)
