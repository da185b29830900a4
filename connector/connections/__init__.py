"""Connections: whose ReturnGO key a call uses, for which shops, and what it may do."""

from connector.connections.access import Access, OutOfScope, Scope
from connector.connections.connection import BROUGHT, Connection, ForeignShop
from connector.connections.connections import (
    Connections,
    NoSuchConnection,
    NotRecognised,
    TooManyTries,
)
from connector.connections.kept import ConnectionRefused, new_connection
from connector.connections.ownership import AnotherKey
from connector.connections.shop_names import read_shop_name, read_shop_names
from connector.connections.tokens import MOST_CALLS, NewToken, Token

__all__ = [  # noqa: RUF022 - a constant stands where its letters do
    "Access",
    "AnotherKey",
    "BROUGHT",
    "Connection",
    "ConnectionRefused",
    "Connections",
    "ForeignShop",
    "MOST_CALLS",
    "NewToken",
    "NoSuchConnection",
    "NotRecognised",
    "OutOfScope",
    "Scope",
    "Token",
    "TooManyTries",
    "new_connection",
    "read_shop_name",
    "read_shop_names",
]
