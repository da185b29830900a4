"""Interests: which events somebody asks a stream for. Nothing else is worth a call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy import Connection as Database

from connector.blocks import Kind, Topic
from connector.clock import MAX_CLOCK_SKEW, Clock, furthest
from connector.store import Store
from connector.store.tables import interest, thing

# A poll looks back so far: what happened since its last look must be there.
WANTED_FOR = timedelta(days=30)
# Reading open things again and again is for those who come again and again.
WATCHED_FOR = timedelta(days=2)
ASKED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Wanted:
    """The events that somebody wants of a stream.

    `since` is how far back each kind reaches. `asked_from` is when somebody first wanted what only
    details tell, None when nobody does: then things are read for the events of their rows, and not
    again. `watched_from` is how far back that first look reaches; while it lasts, `is_first`.
    `is_active` tells whether anybody has asked for it lately.
    """

    topics: frozenset[Topic] = frozenset()
    since: Mapping[Kind, datetime] = field(default_factory=dict)
    asked_from: datetime | None = None
    watched_from: datetime | None = None
    is_first: bool = False
    is_active: bool = False

    def wants(self, kind: Kind, status: str | None) -> bool:
        """Whether somebody wants what came into a status."""
        return bool(self.topics & {Topic(kind), Topic(kind, status)})

    @property
    def wants_statuses(self) -> bool:
        """Whether somebody wants to know what becomes of RMAs."""
        return Kind.RMA_STATUS_CHANGED in self.kinds or self.asked_from is not None

    @property
    def stays(self) -> frozenset[Topic]:
        """Which stays in a status somebody wants to be told of."""
        return frozenset(topic for topic in self.topics if topic.kind is Kind.RMA_STUCK)

    @property
    def kinds(self) -> frozenset[Kind]:
        """Return the kinds that are wanted, whatever the status."""
        return frozenset(topic.kind for topic in self.topics)


class Interests:
    """Notes what is asked for. `reach` is how much history a first look takes in."""

    def __init__(self, store: Store, clock: Clock, *, reach: timedelta) -> None:
        self._store = store
        self._clock = clock
        self.reach = reach

    def was_asked(self, last: datetime | None) -> bool:
        """Return whether a topic that was `last` asked for then need not be noted again."""
        now = self._clock.now()
        return last is not None and now - ASKED_EVERY < last <= furthest(now, timedelta())

    def ask(self, stream_id: int, topic: Topic, *, last: datetime | None) -> None:
        """Note that somebody asks a stream for a topic that was `last` asked for then."""
        now = self._clock.now()
        with self._store.write() as database:
            if topic.kind.part is not None and self._wanted(database, stream_id).asked_from is None:
                # What was remembered of the parts is old: a difference would not be news.
                database.execute(
                    update(thing)
                    .where(thing.c.stream_id == stream_id, thing.c.watched_from.is_not(None))
                    .values(watched_from=None, shipments=None)
                )
            begun = {"first_asked_at": now, "ready_at": None}
            again = {} if last is not None and last > now - WANTED_FOR else begun
            database.execute(
                self._store.insert(interest)
                .values(**_key(stream_id, topic), asked_at=now, **begun)
                .on_conflict_do_update(
                    index_elements=["stream_id", "kind", "status", "days"],
                    set_={"asked_at": now, **again},
                )
            )
            # The first to ask may have had a clock that was ahead.
            database.execute(
                update(interest)
                .where(*_is(stream_id, topic))
                .where(interest.c.first_asked_at > furthest(now, timedelta()))
                .values(first_asked_at=now)
            )

    def wanted(self, stream_id: int) -> Wanted:
        """Return what was asked of a stream lately."""
        with self._store.read() as database:
            return self._wanted(database, stream_id)

    def ready(self, database: Database, stream_id: int, wanted: Wanted) -> None:
        """Note that what there is of the `wanted` topics has been read."""
        now = self._clock.now()
        for topic in wanted.topics:
            database.execute(
                update(interest)
                .where(*_is(stream_id, topic), interest.c.ready_at.is_(None))
                .values(ready_at=now)
            )

    def are_ready(self, database: Database, stream_id: int, wanted: Wanted) -> bool:
        """Return whether there is nothing of the `wanted` topics still to be read first."""
        unready = select(interest.c.kind, interest.c.status, interest.c.days).where(
            interest.c.stream_id == stream_id, interest.c.ready_at.is_(None)
        )
        return not wanted.topics & set(map(topic_of, database.execute(unready).all()))

    def _wanted(self, database: Database, stream_id: int) -> Wanted:
        now = self._clock.now()
        asked = {
            topic_of(row): row
            for row in database.execute(
                select(interest)
                .where(interest.c.stream_id == stream_id)
                .where(interest.c.asked_at > now - WANTED_FOR)
            )
        }
        since: dict[Kind, datetime] = {}
        for topic, row in asked.items():
            reached = row.first_asked_at - self.reach
            since[topic.kind] = min(reached, since.get(topic.kind, reached))
        parts = [row for topic, row in asked.items() if topic.kind.part is not None]
        if not parts:
            return Wanted(frozenset(asked), since)
        first_asked_at = min(row.first_asked_at for row in parts)
        return Wanted(
            topics=frozenset(asked),
            since=since,
            asked_from=first_asked_at - MAX_CLOCK_SKEW,
            watched_from=first_asked_at - self.reach,
            is_first=all(row.ready_at is None for row in parts),
            is_active=any(row.asked_at > now - WATCHED_FOR for row in parts),
        )


def of_topic(topic: Topic) -> tuple[ColumnElement[bool], ...]:
    """Choose the rows of one topic, of whatever stream."""
    key = _topic_key(topic)
    return tuple(interest.c[name] == value for name, value in key.items())


def _is(stream_id: int, topic: Topic) -> tuple[ColumnElement[bool], ...]:
    return interest.c.stream_id == stream_id, *of_topic(topic)


def _key(stream_id: int, topic: Topic) -> dict[str, object]:
    return {"stream_id": stream_id, **_topic_key(topic)}


def _topic_key(topic: Topic) -> dict[str, object]:
    # A part of a primary key is never null.
    return {"kind": topic.kind, "status": topic.status or "", "days": topic.days or 0}


def topic_of(row: Any) -> Topic:
    """Return the topic that a row of the interests stands for."""
    return Topic(Kind(row.kind), row.status or None, row.days or None)
