"""Hints: what somebody says has changed, kept until ReturnGO itself was asked.

A hint is one row for each thing, however often it is heard: a flood costs no more than one look at
each thing, and what is killed anywhere looks again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, case, delete, or_, select, tuple_, update
from sqlalchemy import Connection as Database

from connector.clock import furthest
from connector.store import Store
from connector.store.tables import hint

# Several hints about one thing within so long share a look.
MOMENT = timedelta(seconds=0.1)


class About(StrEnum):
    """What a hint is about, and so by which id its thing is looked up."""

    RMA = "rma"
    SHIPMENT = "shipment"
    TRACKER = "tracker"
    """A shipment of which a tracker told something, often nothing that anybody sees."""
    TRANSACTION = "transaction"
    TRANSACTIONS_OF_RMA = "money of rma"
    """Some transaction of this RMA."""
    SHOP = "shop"
    """Something in the shop."""


@dataclass(frozen=True)
class Hint:
    """Something may have changed. `resource_id` is ReturnGO's id, empty for a whole shop."""

    about: About
    resource_id: str = ""


@dataclass(frozen=True)
class StoredHint:
    """A hint as it is kept: `heard` counts how often, `tries` how often it was looked at."""

    id: int
    hint: Hint
    heard: int
    heard_at: datetime
    tries: int


class Hints:
    """Keeps hints. What takes a database works within the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(
        self,
        database: Database,
        connection_id: str,
        shop: str,
        hints: Iterable[Hint],
        now: datetime,
    ) -> None:
        """Keep what was heard of a shop until it was looked at."""
        rows = [
            {
                "connection": connection_id,
                "shop": shop,
                "about": each.about,
                "resource_id": each.resource_id,
                "heard": 1,
                "heard_at": now,
                "due_at": now + MOMENT,
                "tries": 0,
            }
            for each in sorted(set(hints), key=lambda one: (one.about, one.resource_id))
        ]
        if not rows:
            return
        insert = self._store.insert(hint)
        new = insert.excluded
        database.execute(
            insert.on_conflict_do_update(
                index_elements=["connection", "shop", "about", "resource_id"],
                set_={
                    "heard": hint.c.heard + 1,
                    "heard_at": new.heard_at,
                    "tries": 0,
                    "due_at": case((hint.c.due_at < new.due_at, hint.c.due_at), else_=new.due_at),
                },
            ),
            rows,
        )
        self._store.announce(database)

    def shops(self, now: datetime) -> list[tuple[str, str]]:
        """Return the shops, each with its connection's id, of which a hint is due."""
        with self._store.read() as database:
            due = select(hint.c.connection, hint.c.shop).where(_is_due(now)).distinct()
            return [(row.connection, row.shop) for row in database.execute(due)]

    def due(self, connection_id: str, shop: str, now: datetime, most: int) -> list[StoredHint]:
        """List what of a shop is to be looked at now, the longest due first."""
        with self._store.read() as database:
            rows = database.execute(
                select(hint)
                .where(hint.c.connection == connection_id, hint.c.shop == shop)
                .where(_is_due(now))
                .order_by(hint.c.due_at, hint.c.id)
                .limit(most)
            ).all()
        return [
            StoredHint(
                row.id, Hint(About(row.about), row.resource_id), row.heard, row.heard_at, row.tries
            )
            for row in rows
        ]

    def drop(self, database: Database, looked_at: Sequence[StoredHint]) -> None:
        """Forget what was looked at, but for what was heard again meanwhile."""
        seen = [(each.id, each.heard) for each in looked_at]
        database.execute(delete(hint).where(tuple_(hint.c.id, hint.c.heard).in_(seen)))

    def forget(self, connection_id: str, shop: str) -> None:
        """Forget all that was heard of a shop: nobody may read it any more."""
        with self._store.write() as database:
            database.execute(
                delete(hint).where(hint.c.connection == connection_id, hint.c.shop == shop)
            )

    def postpone(
        self, database: Database, looked_at: Sequence[StoredHint], until: datetime, *, is_try: bool
    ) -> None:
        """Look again later; `is_try` counts the look that was just made."""
        ids = [each.id for each in looked_at]
        tries = hint.c.tries + (1 if is_try else 0)
        database.execute(update(hint).where(hint.c.id.in_(ids)).values(due_at=until, tries=tries))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Condition: to be looked at now; what was heard in the future, a wrong clock has put off."""
    return or_(hint.c.due_at <= now, hint.c.heard_at > furthest(now, timedelta()))
