"""Inboxes: the address at which ReturnGO's webhooks of a shop arrive.

ReturnGO signs nothing, so the address itself is the secret; it also tells whose shop it is, which
a payload is not trusted to.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from connector.clock import SYSTEM_CLOCK, Clock
from connector.connections.remembered import Remembered
from connector.store import Place, Store, Vault, place
from connector.store.tables import inbox

ADDRESS_PATH = "/v1/inbound/"
# For which a former address is still taken after ReturnGO knows the new one: webhooks may be on
# their way.
OVERLAP = timedelta(hours=1)
IS_UNDER_WAY = inbox.c.former.is_not(None) & inbox.c.former_until.is_(None)


@dataclass(frozen=True, order=True)
class Inbox:
    """Where the webhooks of one shop arrive, perhaps still at a `former` address."""

    connection_id: str
    shop: str
    is_former: bool = field(default=False, compare=False)


class Inboxes:
    """Keeps the addresses. Each method raises StoreUnavailable.

    A shop has one for ever, unless it is renewed: `begin_renewal`, have ReturnGO use the new one,
    `end_renewal`. The former address is taken meanwhile, and for OVERLAP afterwards.
    """

    def __init__(self, store: Store, vault: Vault, clock: Clock = SYSTEM_CLOCK) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        # a flood comes to few addresses
        self._found: Remembered[tuple[Inbox, datetime | None] | None] = Remembered(store)

    def secret(self, connection_id: str, shop: str) -> str:
        """Return the secret part of a shop's address, made when it is first asked for.

        Raises WrongSecretKey.
        """
        made = secrets.token_urlsafe(32)
        where = {"connection": connection_id, "shop": shop}
        at = _secret_of(connection_id, shop)
        with self._store.write() as database:
            database.execute(
                self._store.insert(inbox)
                .values(**where, digest=_digest(made), secret=self._vault.seal(made, at))
                .on_conflict_do_nothing()
            )
            sealed = database.execute(select(inbox.c.secret).filter_by(**where)).scalar_one()
        return str(self._vault.open(sealed, at))

    def begin_renewal(self, connection_id: str, shop: str) -> None:
        """Give a shop a new address; one that was begun and not ended goes on with its own."""
        self.secret(connection_id, shop)
        made = secrets.token_urlsafe(32)
        with self._store.write() as database:
            database.execute(
                update(inbox)
                .where(*_of(connection_id, shop), ~IS_UNDER_WAY)
                .values(
                    digest=_digest(made),
                    secret=self._vault.seal(made, _secret_of(connection_id, shop)),
                    former=inbox.c.digest,
                    former_until=None,
                )
            )

    def end_renewal(self, connection_id: str, shop: str) -> None:
        """Take nothing more at a shop's former address, if it has one, once OVERLAP is over."""
        with self._store.write() as database:
            database.execute(
                update(inbox)
                .where(*_of(connection_id, shop), IS_UNDER_WAY)
                .values(former_until=self._clock.now() + OVERLAP)
            )

    def find(self, secret: str) -> Inbox | None:
        """Find whose address ends in `secret`, or None."""
        digest = _digest(secret)
        found, until = self._found.get(digest, lambda: self._look_up(digest)) or (None, None)
        return found if until is None or self._clock.now() < until else None

    def _look_up(self, digest: str) -> tuple[Inbox, datetime | None] | None:
        which = or_(inbox.c.digest == digest, inbox.c.former == digest)
        with self._store.read() as database:
            row = database.execute(select(inbox).where(which)).first()
        if row is None:
            return None
        is_former = row.digest != digest
        found = Inbox(row.connection, row.shop, is_former)
        return found, row.former_until if is_former else None


def _of(connection_id: str, shop: str) -> tuple[ColumnElement[bool], ...]:
    return inbox.c.connection == connection_id, inbox.c.shop == shop


def _secret_of(connection_id: str, shop: str) -> Place:
    return place(inbox.c.secret, connection_id, shop)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
