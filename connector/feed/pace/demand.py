"""Demand: among how many streams and things a key's calls are to be divided."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Select,
    bindparam,
    case,
    func,
    or_,
    select,
    type_coerce,
)

from connector.blocks import Kind
from connector.clock import Clock
from connector.feed.pace.looks import CALMER, SOONEST, Watched, lively_for
from connector.feed.streams.interests import WATCHED_FOR
from connector.feed.streams.memory import has_waiting
from connector.feed.streams.tracked import CLOSED
from connector.store import EPOCH, MICROSECOND, Store
from connector.store.tables import interest, stream, thing

ACTIVE_FOR = timedelta(hours=1)
PART_KINDS = [kind for kind in Kind if kind.part is not None]


@dataclass(frozen=True)
class Demand:
    """What a key's calls for reading are wanted for.

    `streams` were asked for within the last hour, and their lists have so many `pages`. What lists
    do not show is `beyond_lists`: somebody wants what only details tell, or events wait for details
    that nobody has tried to read yet, of so many things that are `waiting`.
    """

    streams: int
    pages: int
    beyond_lists: bool
    waiting: int = 0


def _things(*what: Any) -> Select[Any]:
    """Choose among the things of a key that are to be read, now or later."""
    return (
        select(*what)
        .select_from(thing.join(stream))
        .where(stream.c.key_id == KEY_ID, thing.c.due_at.is_not(None))
    )


# Each poll asks. Making a statement costs ten times what running it does.
KEY_ID: BindParameter[str] = bindparam("key_id")
FOLLOWED = (
    select(interest.c.kind)
    .distinct()
    .join(stream)
    .where(stream.c.key_id == KEY_ID, interest.c.kind.in_(PART_KINDS))
    .where(interest.c.asked_at > bindparam("followed_since"))
)
AWAITED = _things(func.count()).where(thing.c.tries == 0, has_waiting())
DEMAND = (
    select(
        func.count().label("streams"),
        func.coalesce(func.sum(stream.c.open_pages), 0).label("pages"),
        FOLLOWED.exists().label("is_followed"),
        AWAITED.scalar_subquery().label("waiting"),
    )
    .select_from(stream)
    .where(stream.c.key_id == KEY_ID, stream.c.asked_at > bindparam("asked_since"))
)
IS_WATCHED = (
    thing.c.watched_from.is_not(None),
    thing.c.left_at.is_(None),
    or_(thing.c.status.is_(None), thing.c.status.not_in(CLOSED)),
)
# As whole numbers of microseconds, as they are stored.
_SOONEST = SOONEST // MICROSECOND
_STOOD = bindparam("now", type_=BigInteger) - type_coerce(thing.c.status_since, BigInteger)
_LIVELY: BindParameter[Any] = bindparam("lively", expanding=True)
DENSITY = case((thing.c.status.in_(_LIVELY), 1.0), else_=1.0 / CALMER) / case(
    (_STOOD > _SOONEST, _STOOD), else_=_SOONEST
)
WATCHED = _things(func.count(), func.coalesce(func.sum(DENSITY), 0.0)).where(*IS_WATCHED)


class Demands:
    """Counts the demand of keys. Raises StoreUnavailable."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, key_id: str) -> Demand:
        """Tell what a key's calls are wanted for now."""
        now = self._clock.now()
        since = {"asked_since": now - ACTIVE_FOR, "followed_since": now - WATCHED_FOR}
        with self._store.read() as database:
            row = database.execute(DEMAND, {"key_id": key_id, **since}).one()
        waiting = int(row.waiting)
        return Demand(row.streams, int(row.pages), bool(row.is_followed) or waiting > 0, waiting)

    def watched(self, key_id: str) -> Watched:
        """Count the open things that are read again and again with the key's calls."""
        now = self._clock.now()
        own = {"key_id": key_id}
        with self._store.read() as database:
            followed = database.execute(FOLLOWED, {**own, "followed_since": now - WATCHED_FOR})
            lively = lively_for([Kind(kind) for kind in followed.scalars()])
            named = {**own, "now": (now - EPOCH) // MICROSECOND, "lively": list(lively)}
            count, density = database.execute(WATCHED, named).one()
        return Watched(int(count), float(density) / MICROSECOND.total_seconds(), lively)
