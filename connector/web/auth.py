"""Who is calling: a bridge token, or ReturnGO's own two headers."""

from collections.abc import Mapping
from typing import Any

import structlog
from flask import g, request

from connector.connections import Access, Connections, NotRecognised, TooManyTries
from connector.web.context import bridge, caller

log = structlog.get_logger()

KEY_HEADER = "x-api-key"
SHOP_HEADER = "x-shop-name"
BEARER = "bearer"
KEY, SHOP = (f"HTTP_{name.upper().replace('-', '_')}" for name in (KEY_HEADER, SHOP_HEADER))

SECURITY_SCHEMES = {
    "bridgeToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of a connection whose ReturnGO key the bridge keeps.",
    },
    "returngoKey": {
        "type": "apiKey",
        "in": "header",
        "name": KEY_HEADER,
        "description": "Your own ReturnGO key, where the operator allows it: from ReturnGO's"
        " *Settings > Integrations > API* page.",
    },
    "returngoShop": {
        "type": "apiKey",
        "in": "header",
        "name": SHOP_HEADER,
        "description": "The shop of that key, such as `example.myshopify.com` or, where it has"
        " several portals, `example.myshopify.com@Portal`.",
    },
}
SECURITY: list[dict[str, list[str]]] = [
    {"bridgeToken": []},
    {"returngoKey": [], "returngoShop": []},
]


def authenticate() -> None:
    """Find out who sent this request, and let them in.

    Raises NotRecognised, TooManyTries after many of these, and what `Admission.admit` raises. A
    token or key that is right is never kept waiting: many callers share an address.
    """
    connections = bridge().connections
    address = request.remote_addr or ""
    try:
        found = access_of(connections, request.environ)
    except NotRecognised:
        tries = connections.wrong_tries
        if tries.note(address, request.headers.get("Authorization", "")):
            log.warning("web.wrong_tokens", address=address)
            raise TooManyTries(tries.blocked_for(address) or 1.0) from None
        raise
    bridge().admission.admit(found.connection, address)
    g.access = found


def access_of(connections: Connections, environ: Mapping[str, Any]) -> Access:
    """Find what the sender of a request may do. Raises NotRecognised and StoreUnavailable."""
    sent = environ.get("HTTP_AUTHORIZATION", "").strip()
    scheme, _, token = sent.partition(" ")
    # Some platforms send every header of a form, whichever of its fields were filled in.
    if scheme.lower() == BEARER and token.strip():
        token = token.strip()
        if token.lower().startswith(f"{BEARER} "):
            raise NotRecognised(
                "The header Authorization has the word Bearer twice: it stands before the token"
                " once. Your platform may write it by itself."
            )
        return connections.by_token(token)
    key, shop = environ.get(KEY), environ.get(SHOP)
    if key is not None or shop is not None:
        return Access(connections.by_key(key or "", shop or ""))
    if sent and scheme.lower() != BEARER:
        raise NotRecognised(
            "The header Authorization does not begin with the word Bearer: write it, and a blank,"
            " before the token."
        )
    raise NotRecognised("Send the header Authorization: Bearer, followed by your bridge token.")


def verify_own_key() -> None:
    """Have ReturnGO accept the sender's own key, unless it has within minutes.

    Raises what it is refused with.
    """
    connection = caller()
    bridge().verification.verify(connection, connection.shop(None))
