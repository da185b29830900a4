"""Recording what changed: insert what is absent, number what is complete, in one transaction."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import bindparam, delete, func, select, update

from connector.blocks import Kind
from connector.feed.changes.change import BY_COMMENT, Change
from connector.feed.log.dating import Date, date_of
from connector.feed.log.sequence import allocate_positions
from connector.feed.log.told import Told
from connector.feed.streams.stream import Stream
from connector.store import Store, Vault, place
from connector.store.tables import event, snapshot

MOST_REPEATS = 1000
# Making a statement costs ten times what running it does.
WAITING = (
    event.c.stream_id == bindparam("stream"),
    event.c.resource_id == bindparam("resource"),
    event.c.seq.is_(None),
)
WAITING_EVENTS = select(event).where(*WAITING).order_by(event.c.id)
COUNT_WAITING = select(func.count()).where(*WAITING)
BY_KEY = select(event.c.id).where(
    event.c.stream_id == bindparam("stream"), event.c.key == bindparam("key")
)
NUMBER = update(event).where(event.c.id == bindparam("event"))  # sets what is named with it
KEEP_BODY = snapshot.insert()


class Writer:
    """Writes to the log. Every method works within the caller's transaction."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._told = Told(store)
        self._insert_event = store.insert(event).on_conflict_do_nothing().returning(event.c.id)

    def record(
        self,
        database: Database,
        stream: Stream,
        resource_id: str,
        changes: Iterable[Change],
        now: datetime,
    ) -> list[Change]:
        """Record what happened to a thing, and answer what of it is news.

        What was recorded before stays as it is. The events wait until they are published.
        """
        return [each for each in changes if self._insert(database, stream, resource_id, each, now)]

    def publish(
        self,
        database: Database,
        stream: Stream,
        resource_id: str,
        body: Any,
        now: datetime,
        *,
        not_before: datetime | None = None,
        made_at: datetime | None = None,
        read_at: datetime | None = None,
    ) -> list[Change]:
        """Give the waiting events of an RMA or a transaction their place in the log.

        They show `body` as it is now, and from here on triggers show them. `made_at` is when it was
        made, if that was not known before, `read_at` when its details were read, if that was not
        now. A change of an RMA's status that ReturnGO's events do not date is dated by the timeline
        in `body`, where a comment fits: these are returned. An event that turns out to lie before
        `not_before`, by itself where the stream's news begins, is none.
        """
        earliest = stream.news_from if not_before is None else not_before
        waiting = database.execute(WAITING_EVENTS, _waits(stream, resource_id)).all()
        dated: dict[int, Date] = {}
        early = []
        for row in waiting:
            if read_at is None:
                date = date_of(database, stream, row, body, made_at, earliest)
            else:  # no comment tells of what happened later
                date = Date(row.occurred_at, row.dated_by)
            if date.at is not None and date.at < earliest:
                early.append(row.id)
            else:
                dated[row.id] = date
        if early:
            database.execute(delete(event).where(event.c.id.in_(early)))
        self._number(database, stream, dated, body, now, read_at)
        return [
            Change(row.key, Kind(row.kind), row.status, dated[row.id].at, dated_by=BY_COMMENT)
            for row in waiting
            if row.id in dated and row.occurred_at is None and dated[row.id].by == BY_COMMENT
        ]

    def drop_unwanted(
        self, database: Database, stream: Stream, kinds: Iterable[Kind], until: datetime
    ) -> None:
        """Drop what waits since before `until` and is of none of the wanted `kinds`."""
        database.execute(
            delete(event)
            .where(event.c.stream_id == stream.id, event.c.seq.is_(None))
            .where(event.c.found_at < until, event.c.kind.not_in(list(kinds)))
        )

    def told(self, database: Database, stream: Stream, keys: Collection[str]) -> set[str]:
        """Return those of some ids that are in the log, or were before they were deleted."""
        shown = select(event.c.key).where(
            event.c.stream_id == stream.id, event.c.key.in_(keys), event.c.seq.is_not(None)
        )
        return {
            *database.execute(shown).scalars(),
            *self._told.among(database, stream.id, keys),
        }

    def waiting(self, stream: Stream, kinds: Iterable[Kind]) -> set[str]:
        """Return the ids of the things for whose details events of these kinds wait."""
        with self._store.read() as database:
            return set(
                database.execute(
                    select(event.c.resource_id).where(
                        event.c.stream_id == stream.id,
                        event.c.seq.is_(None),
                        event.c.kind.in_(list(kinds)),
                    )
                ).scalars()
            )

    def waiting_of(self, database: Database, stream: Stream, resource_id: str) -> int:
        """Count the events of an RMA or a transaction that wait."""
        return database.execute(COUNT_WAITING, _waits(stream, resource_id)).scalar_one()

    def record_stay(
        self,
        database: Database,
        stream: Stream,
        resource_id: str,
        change: Change,
        now: datetime,
        *,
        days: int,
        since: datetime,
    ) -> bool:
        """Record that an RMA has stood so many days, since then; return whether that is news."""
        return self._insert(database, stream, resource_id, change, now, days=days, since=since)

    def publish_one(
        self,
        database: Database,
        stream: Stream,
        change: Change,
        body: Any,
        now: datetime,
        *,
        read_at: datetime | None,
    ) -> None:
        """Give one event its place in the log, whatever else of the same RMA waits."""
        named = {"stream": stream.id, "key": change.key}
        event_id = database.execute(BY_KEY, named).scalar_one()
        date = Date(change.occurred_at, change.dated_by)
        self._number(database, stream, {event_id: date}, body, now, read_at)

    def _insert(
        self,
        database: Database,
        stream: Stream,
        resource_id: str,
        change: Change,
        now: datetime,
        *,
        days: int | None = None,
        since: datetime | None = None,
    ) -> bool:
        if change.alias is not None and self._was_told(database, stream, change.alias):
            return False
        for key in _keys(change):
            if self._is_deleted(database, stream, key):
                continue
            values = {
                "stream_id": stream.id,
                "key": key,
                "kind": change.kind,
                "resource_id": resource_id,
                "part": change.part,
                "status": change.status,
                "previous": change.previous,
                "occurred_at": change.occurred_at,
                "dated_by": None if change.occurred_at is None else change.dated_by,
                "days": days,
                "since": since,
                "found_at": now,
            }
            inserted = database.execute(self._insert_event, values)
            if inserted.first() is not None:
                return True
        return False

    def _was_told(self, database: Database, stream: Stream, key: str) -> bool:
        found = database.execute(BY_KEY, {"stream": stream.id, "key": key}).first()
        return found is not None or self._is_deleted(database, stream, key)

    def _is_deleted(self, database: Database, stream: Stream, key: str) -> bool:
        return bool(self._told.among(database, stream.id, [key]))

    def _number(
        self,
        database: Database,
        stream: Stream,
        events: "Mapping[int, Date]",
        body: Any,
        now: datetime,
        read_at: datetime | None,
    ) -> None:
        if not events:
            return
        snapshot_id = self._store.next_id(database, snapshot)
        sealed = self._vault.seal(body, place(snapshot.c.body, snapshot_id))
        database.execute(KEEP_BODY, {"id": snapshot_id, "body": sealed})
        allocated = allocate_positions(self._store, database, stream.connection, len(events), now)
        self._store.announce(database)
        first = allocated.last - len(events) + 1
        database.execute(
            NUMBER,
            [
                {
                    "event": event_id,
                    "seq": seq,
                    "recorded_at": allocated.at,
                    "occurred_at": date.at,
                    "dated_by": date.by,
                    "snapshot_id": snapshot_id,
                    "read_at": read_at,
                }
                for seq, (event_id, date) in enumerate(events.items(), first)
            ],
        )


def _keys(change: Change) -> Iterator[str]:
    yield change.key
    if change.may_repeat:
        yield from (f"{change.key}:{number}" for number in range(2, MOST_REPEATS))


def _waits(stream: Stream, resource_id: str) -> dict[str, Any]:
    return {"stream": stream.id, "resource": resource_id}
