"""Shop names as people write or paste them."""

import re
from collections.abc import Iterable

from connector.config import SHOP_NAME
from connector.connections.kept import ConnectionRefused

SHOPIFY = ".myshopify.com"
ADMIN_PAGE = re.compile(r"admin\.shopify\.com/store/([^/?#]+)")


def read_shop_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of several shops, each once. Raises ConnectionRefused."""
    return tuple(dict.fromkeys(map(read_shop_name, texts)))


def read_shop_name(text: str) -> str:
    """Return the name of a shop, from its name, an address of it, or its Shopify admin page.

    Of `shop@Portal`, the portal's name stays as it is. Raises ConnectionRefused.
    """
    store, at, portal = text.strip().partition("@")
    store = re.sub(r"^https?://", "", store.strip().lower())
    admin = ADMIN_PAGE.match(store)
    store = f"{admin[1]}{SHOPIFY}" if admin else re.split(r"[/?#]", store)[0]
    if store and "." not in store:
        store += SHOPIFY
    name = f"{store}{at}{portal.strip()}"
    if not SHOP_NAME.match(name):
        raise ConnectionRefused(
            f"{text!r} is not a shop name like demo.myshopify.com or demo.myshopify.com@Portal."
        )
    return name
