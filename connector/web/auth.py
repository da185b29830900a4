"""Who is calling: a bridge token, or ReturnGO's own two headers."""

from flask import g, request

from connector.connections import Access, NotRecognised
from connector.web.context import bridge

KEY_HEADER = "x-api-key"
SHOP_HEADER = "x-shop-name"

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
    """Find out who sent this request. Raises NotRecognised."""
    g.access = _access()


def _access() -> Access:
    connections = bridge().connections
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    # Some platforms send every header of a form, whichever of its fields were filled in.
    if scheme.lower() == "bearer" and token.strip():
        return connections.by_token(token.strip())
    if KEY_HEADER in request.headers or SHOP_HEADER in request.headers:
        key, shop = request.headers.get(KEY_HEADER, ""), request.headers.get(SHOP_HEADER, "")
        return Access(connections.by_key(key, shop))
    raise NotRecognised("Send the header Authorization: Bearer, followed by your bridge token.")
