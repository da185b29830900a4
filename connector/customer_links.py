"""Links that open one customer's returns, for a time: sealed, with nothing personal in clear."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.clock import Clock
from connector.store import Vault, WrongSecretKey
from connector.store.place import Place

IN_LINK = Place(b"customer link")
LONGEST = 1000  # characters of a token


class LinkRefused(Exception):
    """A link is not one of ours, or has expired."""


@dataclass(frozen=True)
class CustomerLink:
    """Whose returns a link opens: a customer's of a shop, by the shop's own id."""

    connection: str
    shop: str
    customer_id: str
    expires_at: datetime


@dataclass(frozen=True)
class CustomerLinks:
    """Makes and reads the tokens of links. They are kept nowhere."""

    vault: Vault
    clock: Clock

    def make(
        self, connection: str, shop: str, customer_id: str, lasts: timedelta
    ) -> tuple[str, datetime]:
        """Return a token, and when it expires."""
        expires_at = (self.clock.now() + lasts).replace(microsecond=0)
        sealed = self.vault.seal([connection, shop, customer_id, expires_at.isoformat()], IN_LINK)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("="), expires_at

    def read(self, token: str) -> CustomerLink:
        """Read a token. Raises LinkRefused."""
        if len(token) > LONGEST:
            raise LinkRefused("It is too long.")
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            connection, shop, customer_id, expires = self.vault.open(sealed, IN_LINK)
        except (binascii.Error, ValueError, WrongSecretKey) as error:
            raise LinkRefused("It is none of ours.") from error
        link = CustomerLink(connection, shop, customer_id, datetime.fromisoformat(expires))
        if self.clock.now() >= link.expires_at:
            raise LinkRefused("It has expired.")
        return link
