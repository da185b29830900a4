"""Which alarms are on, and what of each is still to be told; shared by all workers."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from connector.clock import Clock
from connector.store import Store
from connector.store.tables import alarm

BRIDGE = ""  # in the place of a connection's id
LEASE = timedelta(minutes=1)  # longer than a try takes

Key = tuple[str, str, str]
"""What an alarm is of: the connection's id, the check's name, and what the check is about."""


@dataclass(frozen=True)
class Trouble:
    """What needs attention, of a connection by its `label` or of the bridge: None."""

    label: str | None
    seen: str
    mend: str | None


class Register:
    """Keeps a row for each alarm that is on. Each method raises StoreUnavailable."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def note(self, on: Mapping[Key, Trouble], unknown: Collection[tuple[str, str]]) -> None:
        """Begin an alarm for what is `on` and has none, and end that of what is on no longer.

        What could not be looked at, `unknown` by connection and name, stays as it was.
        """
        now = self._clock.now()
        with self._store.read() as database:
            rows = database.execute(select(alarm)).mappings().all()
        kept = {_key(row): row for row in rows}
        begun = [key for key in on if key not in kept]
        over = [
            row
            for key, row in kept.items()
            if key not in on and key[:2] not in unknown and row["over_at"] is None
        ]
        if not begun and not over:
            return
        with self._store.write() as database:
            for key in begun:
                self._begin(database, key, on[key], now)
            for row in over:
                _end(database, row["id"], now)

    def claim(self) -> list[dict[str, Any]]:
        """Return the alarms of which something is to be told now, and keep others from it."""
        now = self._clock.now()
        due = alarm.c.due_at <= now
        with self._store.read() as database:
            if database.execute(select(alarm.c.id).where(due).limit(1)).first() is None:
                return []
        with self._store.write() as database:
            claimed = database.execute(
                update(alarm)
                .where(due)
                .values(due_at=now + LEASE, tries=alarm.c.tries + 1)
                .returning(*alarm.c)
            )
            return [dict(row) for row in claimed.mappings()]

    def told(self, row: Mapping[str, Any]) -> None:
        """Note that nothing more is to be told of what was claimed, for it was, or never will be.

        One that is over is forgotten.
        """
        with self._store.write() as database:
            if row["over_at"] is None:
                database.execute(update(alarm).where(_same(row)).values(due_at=None))
            else:
                database.execute(delete(alarm).where(_same(row)))

    def put_off(self, row: Mapping[str, Any], until: datetime) -> None:
        """Have what was claimed told again at a time."""
        with self._store.write() as database:
            database.execute(update(alarm).where(_same(row)).values(due_at=until))

    def _begin(self, database: Connection, key: Key, trouble: Trouble, now: datetime) -> None:
        connection, name, about = key
        database.execute(
            self._store.insert(alarm)
            .values(
                id=f"alarm_{secrets.token_hex(12)}",
                connection=connection,
                name=name,
                about=about,
                label=trouble.label,
                seen=trouble.seen,
                mend=trouble.mend,
                begun_at=now,
                due_at=now,
                tries=0,
            )
            .on_conflict_do_nothing()  # another worker has just begun it
        )


def _key(row: Mapping[Any, Any]) -> Key:
    return row["connection"], row["name"], row["about"]


def _end(database: Connection, alarm_id: str, now: datetime) -> None:
    """Have it told that an alarm is over; one of which nothing was told is forgotten."""
    ongoing = (alarm.c.id == alarm_id, alarm.c.over_at.is_(None))
    database.execute(delete(alarm).where(*ongoing, alarm.c.tries == 0))
    database.execute(update(alarm).where(*ongoing).values(over_at=now, due_at=now, tries=0))


def _same(row: Mapping[str, Any]) -> ColumnElement[bool]:
    """Find the row as it was claimed, unless it was claimed anew or has ended since."""
    return and_(alarm.c.id == row["id"], alarm.c.due_at == row["due_at"])
