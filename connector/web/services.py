"""What the views need of the rooms below, put together by the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request

from connector.budget import Budget
from connector.connections import Connection, Connections
from connector.delivery import Delivery
from connector.feed import Feed
from connector.inbound import Inboxes, Letterbox
from connector.once import Once
from connector.returngo import ReturnGO, Upstream
from connector.store import Store
from connector.verification import Verification

EXTENSION = "returngo-connector"


@dataclass(frozen=True)
class Services:
    """The rules of the bridge. `public_url` is where it is reached from outside, if that is set."""

    connections: Connections
    feed: Feed
    delivery: Delivery
    once: Once
    verification: Verification
    budget: Budget
    store: Store
    upstream: Upstream
    inboxes: Inboxes
    letterbox: Letterbox
    public_url: str | None

    def returngo(self, connection: Connection, call: Mapping[str, Any]) -> ReturnGO:
        """Open the shop that a call is about. Raises ForeignShop."""
        return self.upstream.open(connection, connection.shop(call.get("shop")))


def services() -> Services:
    """Answer the services of the application that handles this request."""
    found: Services = current_app.extensions[EXTENSION]
    return found


def caller() -> Connection:
    """Answer the connection of whoever sent this request."""
    found: Connection = g.connection
    return found


def own_address() -> str:
    """Answer the address at which callers reach this bridge, without a last `/`."""
    return (services().public_url or request.url_root).rstrip("/")
