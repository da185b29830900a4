"""How people write and paste the name of a shop."""

import re

from schemas.fields import trim

SHOPIFY = ".myshopify.com"
SCHEME = re.compile(r"https?://")
ADMIN_PAGE = re.compile(r"admin\.shopify\.com/store/([^/?#]+)")
END_OF_HOST = re.compile(r"[/?#]")


def plain_shop(text: str) -> str:
    """Write a shop's name plainly: of its name, an address of it, or its Shopify admin page.

    Of `shop@Portal`, the portal's name stays as it is. Whether it is a name is not checked.
    """
    store, at, portal = text.partition("@")
    store = SCHEME.sub("", trim(store).lower(), count=1)
    admin = ADMIN_PAGE.match(store)
    store = f"{admin[1]}{SHOPIFY}" if admin else END_OF_HOST.split(store, maxsplit=1)[0]
    if store and "." not in store:
        store += SHOPIFY
    return f"{store}{at}{trim(portal)}"
