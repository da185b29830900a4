"""What only a request knows: the bridge that handles it, its sender, and the address it came to."""

from flask import current_app, g, request

from connector.bridge import Bridge
from connector.connections import Access, Connection

EXTENSION = "returngo-connector"


def bridge() -> Bridge:
    """Return the bridge of the application that handles this request."""
    found: Bridge = current_app.extensions[EXTENSION]
    return found


def caller() -> Connection:
    """Return the connection of whoever sent this request."""
    return access().connection


def access() -> Access:
    """Return what the sender of this request may do."""
    found: Access = g.access
    return found


def own_address() -> str:
    """Return the address at which callers reach this bridge, without a last `/`."""
    return (bridge().public_url or request.url_root).rstrip("/")
