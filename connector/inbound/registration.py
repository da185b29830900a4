"""Registering the bridge at ReturnGO, so that it is told when something happens.

ReturnGO takes one registration for each event name; what others have registered is left alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from connector.budget import Purpose
from connector.connections import Connection
from connector.inbound.inboxes import ADDRESS_PATH, Inboxes
from connector.inbound.payload import EVENTS
from connector.returngo import BadRequest, ReturnGO, Upstream

Row = Mapping[str, Any]


class RegistrationStatus(StrEnum):
    """How a registration stands."""

    REGISTERED = "registered"
    """It was made just now."""
    MOVED = "moved"
    """It was ours, at an address that is no longer right."""
    STANDS = "stands"
    """It was there already."""
    REMOVED = "removed"
    TAKEN = "taken"
    """Another software has it, and ReturnGO takes no second one."""
    FOREIGN = "foreign"
    """It is not ours."""


@dataclass(frozen=True)
class Registration:
    """One event name at ReturnGO. `host` is where its webhooks go: an address holds a secret."""

    event_name: str
    status: RegistrationStatus
    host: str


@dataclass(frozen=True)
class Registrar:
    """Registers. Every method raises ReturnGOError, StoreUnavailable and WrongSecretKey.

    `public_url` is where the bridge is reached from outside.
    """

    inboxes: Inboxes
    upstream: Upstream
    public_url: str

    def register(self, connection: Connection, shop: str) -> Iterator[Registration]:
        """Register all events of a shop; what stands already stays. One call, and one for each.

        It ends a renewal of the address that was begun.
        """
        returngo = self.upstream.open(connection, shop, Purpose.ACTING)
        address = f"{self.public_url}{ADDRESS_PATH}{self.inboxes.secret(connection.id, shop)}"
        rows = returngo.list_webhooks()
        for event_name in EVENTS:
            named = [row for row in rows if row.get("eventName") == event_name]
            yield self._register(returngo, address, event_name, named)
        self.inboxes.end_renewal(connection.id, shop)

    def renew(self, connection: Connection, shop: str) -> Iterator[Registration]:
        """Give a shop a new address, and have ReturnGO use it; done again, it goes on.

        The former one is taken until ReturnGO uses the new one for every event, and for a while
        after that. One call, and one for each.
        """
        self.inboxes.begin_renewal(connection.id, shop)
        yield from self.register(connection, shop)

    def show(self, connection: Connection, shop: str) -> Iterator[Registration]:
        """Return what is registered in a shop, by whomever. One call."""
        for row in self.upstream.open(connection, shop).list_webhooks():
            yield _of(
                row, RegistrationStatus.STANDS if self._is_ours(row) else RegistrationStatus.FOREIGN
            )

    def remove(self, connection: Connection, shop: str) -> Iterator[Registration]:
        """Remove what is ours. One call, and one for each."""
        returngo = self.upstream.open(connection, shop, Purpose.ACTING)
        for row in filter(self._is_ours, returngo.list_webhooks()):
            returngo.delete_webhook(str(row["id"]))
            yield _of(row, RegistrationStatus.REMOVED)

    def _register(
        self, returngo: ReturnGO, address: str, event_name: str, rows: Sequence[Row]
    ) -> Registration:
        ours = sorted(filter(self._is_ours, rows), key=lambda row: row["url"] != address)
        for spare in ours[1:]:
            returngo.delete_webhook(str(spare["id"]))
        if ours:
            status = RegistrationStatus.STANDS
            if ours[0]["url"] != address:
                returngo.change_webhook(str(ours[0]["id"]), address, event_name)
                status = RegistrationStatus.MOVED
            return Registration(event_name, status, _host(address))
        try:
            returngo.add_webhook(address, event_name)
        except BadRequest:
            if not rows:
                raise
            return _of(rows[0], RegistrationStatus.TAKEN)
        return Registration(event_name, RegistrationStatus.REGISTERED, _host(address))

    def _is_ours(self, row: Row) -> bool:
        """Return whether a registration is of this bridge, though perhaps at an earlier address."""
        url = str(row.get("url"))
        _, found, secret = url.partition(ADDRESS_PATH)
        is_here = url.startswith(f"{self.public_url}{ADDRESS_PATH}")
        return is_here or bool(found and self.inboxes.find(secret))


def _of(row: Row, status: RegistrationStatus) -> Registration:
    return Registration(str(row.get("eventName")), status, _host(str(row.get("url"))))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"
