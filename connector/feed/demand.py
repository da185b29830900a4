"""Demand: among how many streams and things a key's calls are to be divided."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select

from connector.blocks import Kind
from connector.clock import Clock
from connector.feed.interests import WATCHED_FOR
from connector.feed.things import CLOSED, has_waiting
from connector.store import Store
from connector.store.tables import interest, stream, thing

ACTIVE_FOR = timedelta(hours=1)
PARTS = [kind for kind in Kind if kind.part is not None]


@dataclass(frozen=True)
class Demand:
    """What a key's calls for reading are wanted for.

    `streams` were asked for within the last hour. What lists do not show is `beyond_lists` where
    somebody wants what only details tell, or events wait for details that nobody has tried to read
    yet.
    """

    streams: int
    beyond_lists: bool


class Demands:
    """Counts the demand of keys. Raises StoreUnavailable."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, key_id: str) -> Demand:
        """Tell what a key's calls are wanted for now."""
        now = self._clock.now()
        streams = (
            select(func.count())
            .select_from(stream)
            .where(stream.c.key_id == key_id, stream.c.asked_at > now - ACTIVE_FOR)
        )
        followed = (
            select(interest.c.kind)
            .join(stream)
            .where(stream.c.key_id == key_id, interest.c.kind.in_(PARTS))
            .where(interest.c.asked_at > now - WATCHED_FOR)
        )
        awaited = _things(thing.c.resource_id, key_id).where(thing.c.tries == 0, has_waiting())
        both = select(streams.scalar_subquery(), or_(followed.exists(), awaited.exists()))
        with self._store.read() as database:
            return Demand(*database.execute(both).one())

    def watched(self, key_id: str) -> int:
        """Count the open things that are read again and again with the key's calls."""
        is_open = or_(thing.c.status.is_(None), thing.c.status.not_in(CLOSED))
        count = _things(func.count(), key_id).where(thing.c.watched_from.is_not(None), is_open)
        with self._store.read() as database:
            return int(database.execute(count).scalar_one())


def _things(what: Any, key_id: str) -> Any:
    """Choose among the things of a key that are to be read, now or later."""
    return (
        select(what)
        .select_from(thing.join(stream))
        .where(stream.c.key_id == key_id, thing.c.due_at.is_not(None))
    )
