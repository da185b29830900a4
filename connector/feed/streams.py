"""Streams: how far a connection has read one resource of one shop, and who is reading it now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, exists, false, select

from connector.blocks import Resource, Topic
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.failure import Failure
from connector.feed.interests import Interests, of_topic
from connector.feed.lease import LOOK, NO_FAILURE, Lease, Leases
from connector.store import Store
from connector.store.instant import EPOCH
from connector.store.tables import interest, stream, thing

ASKED_EVERY = timedelta(minutes=5)
SHORTEST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=15)


@dataclass(frozen=True)
class Stream:
    """One stream as it stands. Times are aware UTC.

    A topic of it was asked for at `topic_asked_at`; without `ready_at`, half of what there is of
    that may still be unread.
    A webhook was the first to tell something `told_at`; `missed_at` a list told what none had told.
    `is_cut_off` tells whether something waits to be read.
    """

    id: int
    connection: str
    key_id: str
    shop: str
    resource: Resource
    baseline_from: datetime
    since: datetime
    pass_started_at: datetime | None
    pass_next_since: datetime | None
    pass_cursor: str | None
    fresh_at: datetime | None
    counted_at: datetime | None
    topic_asked_at: datetime | None
    ready_at: datetime | None
    asked_at: datetime
    lease_owner: str | None
    lease_until: datetime | None
    failure: Failure | None
    failures: int
    retry_at: datetime | None
    told_at: datetime | None
    missed_at: datetime | None
    is_cut_off: bool

    def is_leased(self, now: datetime) -> bool:
        """Tell whether somebody is reading it now."""
        return self.lease_until is not None and self.lease_until > now

    def is_listed(self, now: datetime) -> bool:
        """Tell whether somebody reads it now, beyond looking at what hints name."""
        return self.is_leased(now) and not str(self.lease_owner).startswith(LOOK)


class Streams:
    """Finds streams and hands out the right to read them."""

    def __init__(self, store: Store, clock: Clock, interests: Interests) -> None:
        self._store = store
        self._clock = clock
        self._interests = interests
        self._leases = Leases(store, clock)

    def ask(self, connection: Connection, shop: str, topic: Topic) -> Stream:
        """Find the stream that tells of a topic, or begin it, and note that somebody wants it."""
        now = self._clock.now()
        found = self._find(connection.id, shop, topic)
        has_new_key = found is not None and found.key_id != connection.key_id
        if found is None or has_new_key or found.asked_at < now - ASKED_EVERY:
            self._note(connection, shop, topic.kind.resource, now, forgives=has_new_key)
            found = self._find(connection.id, shop, topic)
        assert found is not None
        if not self._interests.was_asked(found.topic_asked_at):
            self._interests.ask(found.id, topic, last=found.topic_asked_at)
            found = self.get(found.id, topic)
        return found

    def find(self, connection: Connection, shop: str, resource: Resource) -> Stream:
        """Find a stream, or begin it, though nobody asks for its events yet."""
        now = self._clock.now()
        which = {"connection": connection.id, "shop": shop, "resource": resource}
        with self._store.write() as database:
            database.execute(
                self._store.insert(stream)
                .values(
                    **which,
                    **self._baseline(now),
                    failures=0,
                    key_id=connection.key_id,
                    asked_at=EPOCH,
                )
                .on_conflict_do_nothing()
            )
            found = database.execute(select(stream.c.id).filter_by(**which)).scalar_one()
        return self.get(found)

    def get(self, stream_id: int, topic: Topic | None = None) -> Stream:
        """Look at a stream again, as far as a topic is concerned."""
        with self._store.read() as database:
            row = database.execute(_select(topic).where(stream.c.id == stream_id)).mappings().one()
        return self._seen(row)

    def acquire(self, stream_id: int, *, to_look: bool = False) -> Lease | None:
        """Take the right to read a stream; see `Leases.acquire`."""
        return self._leases.acquire(stream_id, to_look=to_look)

    def release(self, lease: Lease) -> None:
        """Give the right back; see `Leases.release`."""
        self._leases.release(lease)

    def succeed(self, lease: Lease, retry_at: datetime | None) -> None:
        """Forget earlier failures; what could not be shown yet is tried at `retry_at`.

        Raises LeaseLost.
        """
        with self._store.write() as database:
            lease.update(database, self._clock.now(), **{**NO_FAILURE, "retry_at": retry_at})

    def fail(self, lease: Lease, failure: Failure) -> None:
        """Note that reading failed; the next try waits longer each time. Raises LeaseLost."""
        now = self._clock.now()
        with self._store.write() as database:
            failures = database.execute(
                select(stream.c.failures).where(stream.c.id == lease.stream_id)
            ).scalar_one()
            wait = min(SHORTEST_RETRY * 2 ** min(failures, 10), LONGEST_RETRY)
            lease.update(
                database,
                now,
                failure=failure,
                failures=failures + 1,
                retry_at=now + wait,
            )

    def _find(self, connection: str, shop: str, topic: Topic) -> Stream | None:
        with self._store.read() as database:
            row = (
                database.execute(
                    _select(topic).where(
                        stream.c.connection == connection,
                        stream.c.shop == shop,
                        stream.c.resource == topic.kind.resource,
                    )
                )
                .mappings()
                .first()
            )
        return None if row is None else self._seen(row)

    def _seen(self, row: RowMapping) -> Stream:
        seen = _stream(row)
        if self._leases.is_left_behind(seen.id, seen.lease_owner):
            return replace(seen, lease_owner=None, lease_until=None)
        return seen

    def _note(
        self,
        connection: Connection,
        shop: str,
        resource: Resource,
        now: datetime,
        *,
        forgives: bool,
    ) -> None:
        wanted = {"asked_at": now, "key_id": connection.key_id}
        forgiven = NO_FAILURE if forgives else {}
        with self._store.write() as database:
            database.execute(
                self._store.insert(stream)
                .values(
                    connection=connection.id,
                    shop=shop,
                    resource=resource,
                    **self._baseline(now),
                    failures=0,
                    **wanted,
                )
                .on_conflict_do_update(
                    index_elements=["connection", "shop", "resource"],
                    set_={**wanted, **forgiven},
                )
            )

    def _baseline(self, now: datetime) -> dict[str, datetime]:
        # The bridge's clock may be ahead: nothing of the baseline may lie in ReturnGO's future.
        began = now - self._interests.reach
        return {"baseline_from": began, "since": began}


def _select(topic: Topic | None) -> Any:
    has_due = exists().where(thing.c.stream_id == stream.c.id, thing.c.due_at <= stream.c.retry_at)
    is_asked = (false(),) if topic is None else of_topic(topic)
    return select(
        stream,
        interest.c.asked_at.label("topic_asked_at"),
        interest.c.ready_at,
        has_due.label("is_cut_off"),
    ).outerjoin(interest, and_(interest.c.stream_id == stream.c.id, *is_asked))


def _stream(row: Any) -> Stream:
    failure = row["failure"]
    return Stream(
        **{
            **row,
            "resource": Resource(row["resource"]),
            "failure": None if failure is None else Failure(failure),
        }
    )
