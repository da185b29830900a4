"""What the views need of the rooms below, put together by the composition root."""

from dataclasses import dataclass

from flask import current_app, g

from connector.budget import Budget
from connector.connections import Connection, Connections
from connector.feed import Feed
from connector.once import Once
from connector.store import Store
from connector.verification import Verification

EXTENSION = "returngo-connector"


@dataclass(frozen=True)
class Services:
    """The rules of the bridge."""

    connections: Connections
    feed: Feed
    once: Once
    verification: Verification
    budget: Budget
    store: Store


def services() -> Services:
    """Answer the services of the application that handles this request."""
    found: Services = current_app.extensions[EXTENSION]
    return found


def caller() -> Connection:
    """Answer the connection of whoever sent this request."""
    found: Connection = g.connection
    return found
