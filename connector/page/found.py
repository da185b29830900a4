"""Finding what an address names, or answering that there is no such thing."""

from http import HTTPStatus

from flask import abort

from connector.connections import Connection
from connector.web.context import bridge

SAID = "said"  # in the session: what the last button has done


def found_connection(connection_id: str) -> Connection:
    """Find a connection that the bridge keeps, or answer 404."""
    return bridge().connections.by_id(connection_id) or abort(HTTPStatus.NOT_FOUND)
