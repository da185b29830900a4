"""Inboxes: the address at which ReturnGO's webhooks of a shop arrive.

ReturnGO signs nothing, so the address itself is the secret; it also tells whose shop it is, which
a payload is not trusted to.
"""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from connector.store import Store, Vault
from connector.store.tables import inbox

ADDRESS_PATH = "/v1/inbound/"


@dataclass(frozen=True, order=True)
class Inbox:
    """Where the webhooks of one shop arrive."""

    connection_id: str
    shop: str


class Inboxes:
    """Keeps the addresses, for ever. Each method raises StoreUnavailable."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._found: dict[str, Inbox] = {}  # a flood comes to few addresses

    def secret(self, connection_id: str, shop: str) -> str:
        """Return the secret part of a shop's address, made when it is first asked for.

        Raises WrongSecretKey.
        """
        made = secrets.token_urlsafe(32)
        where = {"connection": connection_id, "shop": shop}
        with self._store.write() as database:
            database.execute(
                self._store.insert(inbox)
                .values(**where, digest=_digest(made), secret=self._vault.seal(made))
                .on_conflict_do_nothing()
            )
            sealed = database.execute(select(inbox.c.secret).filter_by(**where)).scalar_one()
        return str(self._vault.open(sealed))

    def find(self, secret: str) -> Inbox | None:
        """Find whose address ends in `secret`, or None."""
        digest = _digest(secret)
        if digest not in self._found:
            with self._store.read() as database:
                row = database.execute(
                    select(inbox.c.connection, inbox.c.shop).where(inbox.c.digest == digest)
                ).first()
            if row is None:
                return None
            self._found[digest] = Inbox(row.connection, row.shop)
        return self._found[digest]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
