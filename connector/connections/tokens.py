"""Bridge tokens: one for each workflow or person, shown once and kept as a digest."""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection as Database
from sqlalchemy import RowMapping, delete, select, update

from connector.budget import Allowance
from connector.clock import Clock
from connector.connections.access import Scope
from connector.connections.remembered import Remembered
from connector.store import Store, StoreUnavailable
from connector.store.tables import token

MARK = "rgo_"  # secret scanners and people tell a token by it
SHOWN = 10  # characters by which a token is told from another
MOST_CALLS = 1_000_000  # a minute or a day, that a token may be given
USE_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Token:
    """What is known of a token: all but the token itself.

    `shops` are those of the connection that it is for, None for all; `expires_at` is None where it
    does not expire; `allowance` is how many calls to ReturnGO it may make.
    """

    id: str
    connection: str
    name: str
    prefix: str
    scopes: frozenset[Scope]
    shops: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    allowance: Allowance

    @property
    def title(self) -> str:
        """Its name and its first characters, by which people tell it from others."""
        return f"{self.name} ({self.prefix}…)"

    def has_expired(self, now: datetime) -> bool:
        """Return whether it is not good any more."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True)
class NewToken:
    """A token that was just made: its `text` is shown this once."""

    token: Token
    text: str = field(repr=False)


class Tokens:
    """Keeps tokens. Each method raises StoreUnavailable, unless it says otherwise.

    `minute_limit` and `daily_limit` are those of a token that has none of its own. One that is
    taken back is refused from then on in every process: what this one remembers counts only until
    the database is written to.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        minute_limit: int | None = None,
        daily_limit: int | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._minute_limit = minute_limit
        self._daily_limit = daily_limit
        self._remembered: Remembered[Token | None] = Remembered(store)

    def add(
        self,
        connection_id: str,
        name: str,
        scopes: Collection[Scope],
        *,
        shops: tuple[str, ...] | None = None,
        expires_at: datetime | None = None,
        minute_limit: int | None = None,
        daily_limit: int | None = None,
    ) -> NewToken:
        """Make a token of a connection; its limits are of calls to ReturnGO."""
        text = MARK + secrets.token_urlsafe(32)
        token_id = uuid.uuid4().hex
        with self._store.write() as database:
            database.execute(
                token.insert().values(
                    id=token_id,
                    connection=connection_id,
                    name=name,
                    prefix=text[:SHOWN],
                    digest=_digest(text),
                    scopes=",".join(sorted(scopes)),
                    shops=shops and ",".join(shops),
                    created_at=self._clock.now(),
                    expires_at=expires_at,
                    minute_limit=minute_limit,
                    daily_limit=daily_limit,
                )
            )
            made = database.execute(select(token).where(token.c.id == token_id)).mappings().one()
        return NewToken(self._read(made), text)

    def all(self, connection_id: str | None = None) -> list[Token]:
        """List those of a connection, or of all, the oldest first."""
        wanted = select(token).order_by(token.c.created_at, token.c.id)
        if connection_id is not None:
            wanted = wanted.where(token.c.connection == connection_id)
        with self._store.read() as database:
            return [self._read(row) for row in database.execute(wanted).mappings()]

    def revoke(self, token_id: str, also: Callable[[Database], None] = lambda _: None) -> bool:
        """Take a token back; tell whether there was one of this id.

        `also` ends what hangs on it, in the same transaction: both are done, or neither.
        """
        with self._store.write() as database:
            found = database.execute(delete(token).where(token.c.id == token_id)).rowcount == 1
            also(database)
        return found

    def find(self, text: str) -> Token | None:
        """Find a token by itself, and note that it is in use; None where there is no such one."""
        digest = _digest(text)
        return self._remembered.get(digest, lambda: self._look_up(digest))

    def _look_up(self, digest: str) -> Token | None:
        with self._store.read() as database:
            row = database.execute(select(token).where(token.c.digest == digest)).mappings().first()
        if row is None:
            return None
        found = self._read(row)
        self._note_use(found)
        return found

    def _note_use(self, found: Token) -> None:
        now = self._clock.now()
        if found.used_at is not None and now - USE_NOTED_EVERY < found.used_at <= now:
            return
        which = update(token).where(token.c.id == found.id).values(used_at=now)
        # the caller is not refused for it
        with suppress(StoreUnavailable), self._store.write(wait=0.0) as database:
            database.execute(which)

    def _read(self, row: RowMapping) -> Token:
        shops = row["shops"]
        return Token(
            id=row["id"],
            connection=row["connection"],
            name=row["name"],
            prefix=row["prefix"],
            scopes=frozenset(map(Scope, row["scopes"].split(","))),
            shops=None if shops is None else tuple(shops.split(",")),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            used_at=row["used_at"],
            allowance=Allowance(
                row["id"],
                row["name"],
                a_minute=row["minute_limit"] or self._minute_limit,
                a_day=row["daily_limit"] or self._daily_limit,
            ),
        )


def _digest(text: str) -> str:
    # A token is random and long: it is not found by trying what has this digest.
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
