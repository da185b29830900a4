"""Idempotency keys: who has asked for what under which, and what came of it.

A key is leased as `connector.store` says, in `owner` and `lease_until`.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy import Connection as Database

from connector.clock import Clock, furthest
from connector.idempotency.asked import Asked
from connector.store import Place, Store, Vault, place
from connector.store.instant import EPOCH
from connector.store.tables import idempotency
from connector.store.vault import is_mark

ENDING = timedelta(seconds=30)  # ReturnGO's gateway ends a call after 29 s
BEAT = timedelta(seconds=10)  # who does it prolongs the lease so often
# Who dies has prolonged it up to a beat ago, and what was sent last must end before anybody looks.
KEY_LEASE = ENDING + BEAT + timedelta(seconds=5)
KEYS_KEPT_FOR = timedelta(days=7)
KEY = "idempotency key"  # what is digested


class KeyReused(Exception):
    """The key stands for another request already, which had other `fields`."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        super().__init__(
            f"This idempotency key was used for another request, with another {', '.join(fields)}."
        )


class InProgress(Exception):
    """The first request with this key is still being done. `retry_after` is in seconds."""

    retry_after = 5


@dataclass(frozen=True)
class KeyClaim:
    """The right to do what a key stands for. `began_at` is when it was first tried.

    `key` is as it is stored: a digest, or clear where an earlier release has stored it.
    """

    connection: str
    action: str
    key: str
    owner: str
    began_at: datetime
    was_interrupted: bool


@dataclass(frozen=True)
class Done:
    """What a key stands for has been done; this was the answer."""

    answer: dict[str, Any]


class Keys:
    """Remembers keys, durably, for at least a week."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    def claim(self, connection: str, action: str, key: str, asked: Asked) -> KeyClaim | Done:
        """Take the right to do what is `asked` under the key, unless it is done.

        A key is the action's own: steps of one workflow may share the trigger's id. Raises
        KeyReused, InProgress, StoreUnavailable.
        """
        taken = self._claim(connection, action, key, asked)
        if isinstance(taken, InProgress):
            raise taken
        return taken

    def has(self, connection: str, action: str, key: str) -> bool:
        """Return whether the key stands for a request already. Raises StoreUnavailable."""
        with self._store.read() as database:
            stored = self._stored(connection, action, key)
            which = select(idempotency.c.key).where(_is_any(connection, action, stored))
            return database.execute(which).first() is not None

    def _claim(
        self, connection: str, action: str, key: str, asked: Asked
    ) -> KeyClaim | Done | InProgress:
        now = self._clock.now()
        newest, *earlier = self._stored(connection, action, key)
        claim = KeyClaim(
            connection, action, newest, uuid.uuid4().hex, began_at=now, was_interrupted=False
        )
        with self._store.write() as database:
            database.execute(
                delete(idempotency).where(idempotency.c.started_at < now - KEYS_KEPT_FOR)
            )
            # locked, so that of two who find a lease expired only one takes it over
            found = select(idempotency).where(_is_any(connection, action, earlier))
            row = database.execute(found.with_for_update()).mappings().first()
            if row is None:
                if self._insert(database, claim, asked.fingerprint):
                    return claim
                found = select(idempotency).where(_of(claim)).with_for_update()
                row = database.execute(found).mappings().first()
            if row is None:  # forgotten just now
                raise InProgress("The first request with this idempotency key is ending.")
            claim = replace(claim, key=row["key"])
            if fields := asked.differing(row["fingerprint"]):
                raise KeyReused(fields)
            if row["done_at"] is not None:
                return Done(self._vault.open(row["answer"], answer_of(claim)))
            if row["lease_until"] > now:
                if row["lease_until"] > now + KEY_LEASE:
                    # By a clock that was ahead. Whoever is alive prolongs it; who died has no more.
                    self._lease(database, claim, lease_until=now + KEY_LEASE)
                return InProgress("The first request with this idempotency key is being done.")
            self._lease(database, claim, owner=claim.owner, lease_until=now + KEY_LEASE)
            began_at = _began_at(row["started_at"], now)
            return replace(claim, began_at=began_at, was_interrupted=True)

    def settle(self, claim: KeyClaim, answer: dict[str, Any]) -> None:
        """Remember the answer for whoever repeats the request. Raises StoreUnavailable."""
        self._update(
            claim, done_at=self._clock.now(), answer=self._vault.seal(answer, answer_of(claim))
        )

    def prolong(self, claim: KeyClaim) -> None:
        """Say that it is still being done."""
        self._update(claim, lease_until=self._clock.now() + KEY_LEASE)

    def leave(self, claim: KeyClaim, *, ending: bool) -> None:
        """Leave it undecided: the next to ask tries again, knowing that there was a try.

        With `ending`, ReturnGO may still be at it, and until it has ended nobody may look.
        """
        now = self._clock.now()
        self._update(claim, lease_until=now + ENDING if ending else EPOCH)

    def forget(self, claim: KeyClaim) -> None:
        """Forget the key: surely nothing happened."""
        with self._store.write() as database:
            database.execute(delete(idempotency).where(_own(claim)))

    def _stored(self, connection: str, action: str, key: str) -> list[str]:
        """Return in which forms a key may be stored: the newest first, clear text last."""
        marks = self._vault.marks(KEY, key_text(connection, action, key))
        # What looks like a digest was never a key: who has read one could use it as theirs.
        return marks if is_mark(key) else [*marks, key]

    def _insert(self, database: Database, claim: KeyClaim, asked: str) -> bool:
        inserted = database.execute(
            self._store.insert(idempotency)
            .values(
                connection=claim.connection,
                action=claim.action,
                key=claim.key,
                fingerprint=asked,
                started_at=claim.began_at,
                owner=claim.owner,
                lease_until=claim.began_at + KEY_LEASE,
            )
            .on_conflict_do_nothing()
            .returning(idempotency.c.key)  # psycopg does not count what an INSERT inserted
        )
        return inserted.first() is not None

    def _lease(self, database: Database, claim: KeyClaim, **values: Any) -> None:
        database.execute(update(idempotency).where(_of(claim)).values(values))

    def _update(self, claim: KeyClaim, **values: Any) -> None:
        # fenced: who stalled past the lease changes nothing
        with self._store.write() as database:
            database.execute(update(idempotency).where(_own(claim)).values(values))


def key_text(connection: str, action: str, key: str) -> str:
    """Return what the digest of a key is made of: one key is another at another action."""
    return f"{connection}\0{action}\0{key}"


def answer_of(claim: KeyClaim) -> Place:
    """Return the place of the answer to what was claimed."""
    return place(idempotency.c.answer, claim.connection, claim.action, claim.key)


def _began_at(started_at: datetime, now: datetime) -> datetime:
    """Tell since when to look for what an earlier try left behind.

    A try that began in the future began at some time since the key was made: when is not known.
    """
    return now - KEYS_KEPT_FOR if started_at > furthest(now, timedelta()) else started_at


def _is_any(connection: str, action: str, stored: list[str]) -> ColumnElement[bool]:
    return and_(
        idempotency.c.connection == connection,
        idempotency.c.action == action,
        idempotency.c.key.in_(stored),
    )


def _of(claim: KeyClaim) -> ColumnElement[bool]:
    return _is_any(claim.connection, claim.action, [claim.key])


def _own(claim: KeyClaim) -> ColumnElement[bool]:
    return and_(_of(claim), idempotency.c.owner == claim.owner)
