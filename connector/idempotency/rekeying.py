"""Digesting idempotency keys that an earlier release has stored in clear."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import simplejson
from sqlalchemy import ColumnElement, RowMapping, and_, func, select, tuple_, update
from sqlalchemy import Connection as Database

from connector.idempotency.asked import keyed
from connector.idempotency.keys import KEY, KEYS_KEPT_FOR, key_text
from connector.store import Store, Vault, place
from connector.store.tables import idempotency
from connector.store.vault import is_mark

AT_ONCE = 50
_WHICH = (idempotency.c.connection, idempotency.c.action, idempotency.c.key)


@dataclass(frozen=True)
class Rekeying:
    """Walks through the keys, while the bridge runs. Raises StoreUnavailable, WrongSecretKey."""

    store: Store
    vault: Vault

    def former_until(self) -> datetime | None:
        """Return until when keys are kept that the newest SECRET_KEY does not find, if any are."""
        newest = idempotency.c.key.startswith(self.vault.mark_head)
        with self.store.read() as database:
            last = database.execute(
                select(func.max(idempotency.c.started_at).label("last")).where(~newest)
            ).scalar()
        return None if last is None else last + KEYS_KEPT_FOR

    def steps(self) -> Iterator[int]:
        """Digest what is in clear, some at a time; yield of each time how many they were.

        Only what is done: who is doing something knows the key as it was stored.
        """
        last: tuple[str, ...] | None = None
        while True:
            wanted = select(idempotency).where(idempotency.c.done_at.is_not(None), _is_in_clear())
            if last is not None:
                wanted = wanted.where(tuple_(*_WHICH) > tuple_(*last))
            wanted = wanted.order_by(*_WHICH).limit(AT_ONCE).with_for_update(skip_locked=True)
            with self.store.write() as database:
                rows = database.execute(wanted).mappings().all()
                done = sum(self._digest(database, row) for row in rows)
            if not rows:
                return
            last = tuple(rows[-1][column.name] for column in _WHICH)
            yield done

    def _digest(self, database: Database, row: RowMapping) -> bool:
        if is_mark(row["key"]):
            return False
        connection, action, clear = (row[column.name] for column in _WHICH)
        mark = self.vault.mark(KEY, key_text(connection, action, clear))
        own = and_(*(column == row[column.name] for column in _WHICH))
        values = {"key": mark}
        if row["fingerprint"].startswith("{"):
            values["fingerprint"] = keyed(self.vault, simplejson.loads(row["fingerprint"]))
        before, after = (
            place(idempotency.c.answer, connection, action, each) for each in (clear, mark)
        )
        answer = self.vault.seal(self.vault.open(row["answer"], before), after)
        database.execute(update(idempotency).where(own).values(**values, answer=answer))
        return True


def _is_in_clear() -> ColumnElement[bool]:
    # a mark is as long as this, and has a colon there; what else looks so is sorted out above
    is_like_a_mark = and_(
        func.length(idempotency.c.key) == MARK_LENGTH, func.substr(idempotency.c.key, 9, 1) == ":"
    )
    return ~is_like_a_mark


MARK_LENGTH = 8 + 1 + 64
