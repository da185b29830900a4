"""Ids in the addresses that people copy: of a dashboard's page, or Shopify's global ids."""

import re

ADDRESS = re.compile(r"(https?|gid)://([^/]+)(/.*)", re.IGNORECASE)
SHOPIFY = "shopify"
NAMED = re.compile(r"/([a-z_-]+)/([0-9]+)(?![^/?#])", re.IGNORECASE)
NUMBER = re.compile(r"(?<![A-Za-z0-9])(?:RMA)?([0-9]+)(?![A-Za-z0-9])")


def id_in(address: str, thing: str | None) -> str | None:
    """Find the id of a `thing` such as LineItem in an address at Shopify, or in a global id.

    Without a `thing` it is ReturnGO's, and the one number in an address elsewhere. None where that
    is not clear, or where it is no address.
    """
    found = ADDRESS.fullmatch(address)
    if found is None:
        return None
    _, host, place = found.groups()
    if thing is not None:
        ids = {number for word, number in NAMED.findall(place) if _singular(word) == thing.lower()}
    elif SHOPIFY in host.lower():
        return None
    else:
        ids = {*NUMBER.findall(place)}
    return ids.pop() if len(ids) == 1 else None


def _singular(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "").removesuffix("s")
