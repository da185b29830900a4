"""The backlog: how far a backfill has got, and what it has still to bring in.

Each answer of ReturnGO is kept in one transaction with what it was asked for, so that a backfill
that is cut off anywhere repeats that one call at most.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import delete, func, select, update

from connector.feed.changes.change import Row
from connector.feed.streams.stream import Stream
from connector.store import Place, Store, Vault, place
from connector.store.tables import backfill, backlog


@dataclass(frozen=True)
class BackfillJob:
    """A backfill of one stream as it stands: `cursor` is where its list goes on."""

    id: int
    stream: Stream
    since: datetime
    emits: bool
    cursor: str | None
    is_listed: bool


class Backlog:
    """Keeps the jobs and their rows. What takes a database works within its transaction."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def job(self, stream: Stream, since: datetime, *, emits: bool) -> BackfillJob:
        """Find how a backfill stands, or begin it."""
        which = {"stream_id": stream.id, "since": since, "emits": emits}
        with self._store.write() as database:
            database.execute(
                self._store.insert(backfill)
                .values(**which, is_listed=False)
                .on_conflict_do_nothing()
            )
            row = database.execute(select(backfill).filter_by(**which)).one()
        return BackfillJob(row.id, stream, since, emits, row.cursor, row.is_listed)

    def turn_page(self, database: Database, job: BackfillJob, cursor: str | None) -> bool:
        """Go on to the next page, or end the list; tell whether nobody else did so before."""
        turned = database.execute(
            update(backfill)
            .where(backfill.c.id == job.id, backfill.c.is_listed.is_(False))
            .where(backfill.c.cursor.is_not_distinct_from(job.cursor))
            .values(cursor=cursor, is_listed=cursor is None)
        )
        return turned.rowcount == 1

    def begin_anew(self, job: BackfillJob) -> None:
        """List from the first page: ReturnGO does not know its own cursor any more."""
        with self._store.write() as database:
            database.execute(update(backfill).where(backfill.c.id == job.id).values(cursor=None))

    def put(self, database: Database, job: BackfillJob, resource_id: str, row: Row) -> None:
        """Keep a row, sealed, until it is taken out."""
        database.execute(
            self._store.insert(backlog)
            .values(
                backfill_id=job.id,
                resource_id=resource_id,
                row=self._vault.seal(row, _at(job, resource_id)),
            )
            .on_conflict_do_nothing()
        )

    def ids(self, job: BackfillJob) -> list[str]:
        """Return the ids of what is left, the oldest first."""
        with self._store.read() as database:
            found = database.execute(
                select(backlog.c.resource_id)
                .where(backlog.c.backfill_id == job.id)
                .order_by(func.length(backlog.c.resource_id), backlog.c.resource_id)
            )
            return list(found.scalars())

    def take_out(
        self, database: Database, job: BackfillJob, resource_id: str
    ) -> dict[str, Any] | None:
        """Take a row out; None when it is not there."""
        sealed = database.execute(
            delete(backlog)
            .where(backlog.c.backfill_id == job.id, backlog.c.resource_id == resource_id)
            .returning(backlog.c.row)
        ).scalar()
        return None if sealed is None else dict(self._vault.open(sealed, _at(job, resource_id)))


def _at(job: BackfillJob, resource_id: str) -> Place:
    return place(backlog.c.row, job.id, resource_id)
