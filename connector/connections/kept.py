"""Kept connections: ReturnGO keys and their shops that stand in the database, not in a setting."""

import uuid
from typing import Any

from sqlalchemy import RowMapping, delete, or_, select, update

from connector.clock import Clock
from connector.config import API_KEY
from connector.connections.connection import Connection, label_of
from connector.connections.remembered import Remembered
from connector.store import Store, Vault, place
from connector.store.tables import connection, token


class ConnectionRefused(Exception):
    """A connection cannot be kept as it is given; the sentence says why."""


def new_connection(api_key: str, shops: tuple[str, ...], label: str | None = None) -> Connection:
    """Make a connection that can be kept. Raises ConnectionRefused for what no call could carry."""
    if not API_KEY.match(api_key):
        raise ConnectionRefused("A ReturnGO key has letters, digits and signs, and no spaces.")
    return Connection(
        id=f"kept-{uuid.uuid4().hex}", shops=shops, api_key=api_key, label=label or label_of(shops)
    )


class KeptConnections:
    """Keeps connections, their keys sealed. Each method raises StoreUnavailable, WrongSecretKey."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._remembered: Remembered[Connection | None] = Remembered(store)

    def all(self) -> list[Connection]:
        """List them, the oldest first."""
        oldest_first = select(connection).order_by(connection.c.created_at, connection.c.id)
        with self._store.read() as database:
            return [self._open(row) for row in database.execute(oldest_first).mappings()]

    def find(self, connection_id: str) -> Connection | None:
        """Find one by its id, or None: each call with a token asks for one."""
        return self._remembered.get(connection_id, lambda: self._look_up(connection_id))

    def add(self, kept: Connection) -> None:
        """Keep a connection. Raises ConnectionRefused where its key or label is kept already."""
        self._save(kept, is_new=True)

    def change(self, changed: Connection) -> None:
        """Keep a connection as it is now. Raises ConnectionRefused as `add` does."""
        self._save(changed, is_new=False)

    def remove(self, connection_id: str) -> None:
        """Forget a key and its tokens, from now on in all processes."""
        with self._store.write() as database:
            database.execute(delete(token).where(token.c.connection == connection_id))
            database.execute(delete(connection).where(connection.c.id == connection_id))

    def _look_up(self, connection_id: str) -> Connection | None:
        which = select(connection).where(connection.c.id == connection_id)
        with self._store.read() as database:
            row = database.execute(which).mappings().first()
        return None if row is None else self._open(row)

    def _save(self, kept: Connection, *, is_new: bool) -> None:
        values = {
            "label": kept.label,
            "api_key": self._vault.seal(kept.api_key, place(connection.c.api_key, kept.id)),
            "key_id": kept.key_id,
            "shops": ",".join(kept.shops),
        }
        likeness = or_(connection.c.label == kept.label, connection.c.key_id == kept.key_id)
        others = select(connection.c.label).where(likeness, connection.c.id != kept.id)
        with self._store.write() as database:
            other = database.execute(others).scalars().first()
            if other is not None:
                word = "name" if other == kept.label else "key"
                raise ConnectionRefused(f"The connection {other!r} has this {word} already.")
            if is_new:
                now = self._clock.now()
                database.execute(connection.insert().values(id=kept.id, created_at=now, **values))
            else:
                database.execute(
                    update(connection).where(connection.c.id == kept.id).values(**values)
                )

    def _open(self, row: RowMapping) -> Connection:
        api_key: Any = self._vault.open(row["api_key"], place(connection.c.api_key, row["id"]))
        return Connection(
            id=row["id"],
            shops=tuple(row["shops"].split(",")),
            api_key=str(api_key),
            label=row["label"],
        )
