"""The operator: the one who signs in to the page, by a password."""

import hashlib
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from connector.clock import SYSTEM_CLOCK, Clock
from connector.store import Store
from connector.store.tables import operator

ONLY = 1  # the row
SHORTEST = 12  # characters


class Operator:
    """Keeps the operator's password, as a hash. Each method raises StoreUnavailable."""

    def __init__(self, store: Store, clock: Clock = SYSTEM_CLOCK) -> None:
        self._store = store
        self._clock = clock
        self._hasher = PasswordHasher()
        self._one_at_a_time = threading.Lock()  # each takes 64 MB and a processor

    def epoch(self) -> str | None:
        """Return what names the password that is set, and another for each; None: there is none."""
        kept = self._kept()
        return None if kept is None else hashlib.sha256(kept.encode()).hexdigest()[:16]

    def set(self, password: str, *, is_first: bool = False) -> bool:
        """Set the password; one that `is_first` only where there is none. Return whether it is."""
        values = {"password": self._hasher.hash(password), "set_at": self._clock.now()}
        insert = self._store.insert(operator).values(id=ONLY, **values)
        statement = (
            insert.on_conflict_do_nothing()
            if is_first
            else insert.on_conflict_do_update(index_elements=["id"], set_=values)
        )
        with self._store.write() as database:
            done = database.execute(statement.returning(operator.c.id)).scalar()
        return done is not None

    def checks(self, password: str) -> bool:
        """Return whether this is the password. It takes a twentieth of a second on purpose."""
        kept = self._kept()
        try:
            with self._one_at_a_time:
                return kept is not None and self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    def _kept(self) -> str | None:
        with self._store.read() as database:
            return database.execute(select(operator.c.password)).scalar()
