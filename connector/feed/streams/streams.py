"""Streams: how far a connection has read one resource of one shop, and who is reading it now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping, Select, and_, bindparam, exists, false, select, update

from connector.backoff import Backoff
from connector.blocks import Resource, Topic
from connector.clock import Clock, furthest
from connector.connections import Connection
from connector.feed.streams.failure import Failure
from connector.feed.streams.interests import ASKED_EVERY, Interests, of_topic
from connector.feed.streams.lease import NO_FAILURE, Lease, Leases
from connector.feed.streams.stream import Stream
from connector.store import Store
from connector.store.instant import EPOCH
from connector.store.tables import interest, stream, thing

STREAM_RETRIES = Backoff.doubling(timedelta(seconds=5), timedelta(minutes=15))
MOST_STATEMENTS = 256


class Streams:
    """Finds streams; `leases` give the right to read them."""

    def __init__(self, store: Store, clock: Clock, interests: Interests) -> None:
        self._store = store
        self._clock = clock
        self._interests = interests
        self.leases = Leases(store, clock)

    def ask(self, connection: Connection, shop: str, topic: Topic) -> Stream:
        """Find the stream that tells of a topic, or begin it, and note that somebody wants it."""
        now = self._clock.now()
        found = self._find(connection.id, shop, topic)
        has_new_key = found is not None and found.key_id != connection.key_id
        if found is not None and found.is_ahead(now):
            self._set_right(found, now)
        if found is None or has_new_key or not _was_asked(found, now):
            self._note(connection, shop, topic.kind.resource, now, forgives=has_new_key)
            found = self._find(connection.id, shop, topic)
        assert found is not None
        if not self._interests.was_asked(found.topic_asked_at):
            self._interests.ask(found.id, topic, last=found.topic_asked_at)
            found = self.get(found.id, topic)
        return found

    def look(
        self, connection: Connection, shops: Sequence[str], topic: Topic
    ) -> list[Stream] | None:
        """Find the streams that tell of a topic, in the order of `shops`, for one statement.

        None where anything would have to be noted of one: then `ask`.
        """
        now = self._clock.now()
        named = {"connection": connection.id, "resource": topic.kind.resource, "shops": shops}
        with self._store.read() as database:
            rows = database.execute(_by_shops(topic), named).mappings().all()
        found = {row["shop"]: self._seen(row) for row in rows}
        if any(self._is_to_note(found.get(shop), connection, now) for shop in shops):
            return None
        return [found[shop] for shop in shops]

    def all_of(self, connection: Connection) -> list[Stream]:
        """Return every stream of a connection's shops that was begun, in their order."""
        own = _select(None).where(
            stream.c.connection == connection.id, stream.c.shop.in_(connection.shops)
        )
        with self._store.read() as database:
            rows = database.execute(own).mappings().all()
        places = {shop: place for place, shop in enumerate(connection.shops)}
        found = [self._seen(row) for row in rows]
        return sorted(found, key=lambda each: (places[each.shop], each.resource))

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
            row = database.execute(_by_id(topic), {"id": stream_id}).mappings().one()
        return self._seen(row)

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
            before = database.execute(
                select(stream.c.failures).where(stream.c.id == lease.stream_id)
            ).scalar_one()
            failures = before + 1
            lease.update(
                database,
                now,
                failure=failure,
                failures=failures,
                retry_at=now + STREAM_RETRIES.after(failures),
            )

    def _is_to_note(self, found: Stream | None, connection: Connection, now: datetime) -> bool:
        return (
            found is None
            or found.key_id != connection.key_id
            or found.is_ahead(now)
            or not _was_asked(found, now)
            or not self._interests.was_asked(found.topic_asked_at)
        )

    def _find(self, connection: str, shop: str, topic: Topic) -> Stream | None:
        with self._store.read() as database:
            named = {"connection": connection, "shop": shop, "resource": topic.kind.resource}
            row = database.execute(_by_name(topic), named).mappings().first()
        return None if row is None else self._seen(row)

    def _seen(self, row: RowMapping) -> Stream:
        seen = _stream(row)
        if self.leases.is_left_behind(seen.id, seen.lease_owner):
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

    def _set_right(self, found: Stream, now: datetime) -> None:
        """Let windows that a wrong clock has put into the future begin as at a first contact.

        A baseline that lies in the past stays: what was old at the first contact is no news.
        """
        right = self._baseline(now)
        ahead = {each for each in right if getattr(found, each) > furthest(now, timedelta())}
        with self._store.write() as database:
            database.execute(
                update(stream)
                .where(stream.c.id == found.id)
                .values({each: right[each] for each in ahead})
            )

    def _baseline(self, now: datetime) -> dict[str, datetime]:
        began = now - self._interests.reach
        return {"baseline_from": began, "since": began}


# Each poll looks at its streams. Making a statement costs ten times what running it does.
@lru_cache(maxsize=MOST_STATEMENTS)
def _by_id(topic: Topic | None) -> Select[Any]:
    return _select(topic).where(stream.c.id == bindparam("id"))


@lru_cache(maxsize=MOST_STATEMENTS)
def _by_name(topic: Topic) -> Select[Any]:
    named = (stream.c[name] == bindparam(name) for name in ("connection", "shop", "resource"))
    return _select(topic).where(*named)


@lru_cache(maxsize=MOST_STATEMENTS)
def _by_shops(topic: Topic) -> Select[Any]:
    named = (stream.c[name] == bindparam(name) for name in ("connection", "resource"))
    return _select(topic).where(*named, stream.c.shop.in_(bindparam("shops", expanding=True)))


def _was_asked(found: Stream, now: datetime) -> bool:
    return now - ASKED_EVERY <= found.asked_at <= furthest(now, timedelta())


def _select(topic: Topic | None) -> Select[Any]:
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
