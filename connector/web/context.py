"""What only a request knows: the bridge that handles it, its sender, and the address it came to."""

from flask import current_app, g, request

from connector.bridge import Bridge
from connector.connections import Access, Connection
from connector.deeds import Doer
from connector.web.request_log import request_id

EXTENSION = "returngo-connector"


def bridge() -> Bridge:
    """Return the bridge of the application that handles this request."""
    found: Bridge = current_app.extensions[EXTENSION]
    return found


def caller() -> Connection:
    """Return the connection of whoever sent this request."""
    return access().caller


def access() -> Access:
    """Return what the sender of this request may do."""
    found: Access = g.access
    return found


def doer() -> Doer:
    """Return under whose name the record of deeds has what this request does."""
    return Doer(access().name, request_id())


def note_deed(name: str, about: str) -> None:
    """Record what this request has just done at the bridge itself."""
    bridge().deeds.note(doer(), name, connection=caller().id, about=about)


def own_address() -> str:
    """Return the address at which callers reach this bridge, without a last `/`."""
    return (bridge().public_url or request.url_root).rstrip("/")
