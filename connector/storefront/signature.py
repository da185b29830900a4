"""Shopify's signature over the parameters of a request that its app proxy forwards.

https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies
"""

import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

REPLAY_WINDOW = timedelta(seconds=90)  # as Shopify's own package for Node has it
SIGNATURE = "signature"
ITS_OWN = ("logged_in_customer_id", "path_prefix", "shop", "timestamp")
"""The parameters that Shopify adds, each once, whatever a visitor has typed."""
# Pairs are signed without anything between them, so that a value could pass for several pairs.
SPLICED = re.compile(rf"({'|'.join((*ITS_OWN, SIGNATURE))})=")
SHOP = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)+")
CUSTOMER = re.compile(r"[0-9]{1,20}")
SECONDS = re.compile(r"[0-9]{1,12}")

Pairs = Sequence[tuple[str, str]]


class SignatureRefused(Exception):
    """A request was not signed by Shopify, or not just now. The message holds no parameter."""


@dataclass(frozen=True)
class Visit:
    """A visit to a shop's page that Shopify vouches for; no `customer_id`: not logged in."""

    shop: str
    customer_id: str | None
    path_prefix: str


def canonical(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Write parameters as Shopify signs them: sorted, nothing between, several values by commas."""
    values: dict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        if name != SIGNATURE:
            values[name].append(value)
    return "".join(sorted(f"{name}={','.join(each)}" for name, each in values.items())).encode(
        errors="surrogatepass"
    )


def sign(pairs: Iterable[tuple[str, str]], secret: str) -> str:
    """Return the signature of parameters by an app's client secret, in hexadecimal digits."""
    return hmac.new(secret.encode(), canonical(pairs), hashlib.sha256).hexdigest()


def verify(pairs: Pairs, secret: str, now: datetime) -> Visit:
    """Read a visit from the parameters of a request.

    Raises SignatureRefused where Shopify did not sign them, or longer than REPLAY_WINDOW ago, and
    where one of its own is missing, doubled or malformed.
    """
    given = [value for name, value in pairs if name == SIGNATURE]
    if len(given) != 1:
        raise SignatureRefused("There must be one signature.")
    expected = sign(pairs, secret).encode()
    if not hmac.compare_digest(expected, given[0].encode(errors="surrogatepass")):
        raise SignatureRefused("The signature does not fit the parameters.")
    if any(SPLICED.search(part) for pair in pairs for part in pair):
        raise SignatureRefused("A parameter holds what looks like another.")
    own = {name: _only(pairs, name) for name in ITS_OWN}
    if not SECONDS.fullmatch(own["timestamp"]):
        raise SignatureRefused("The timestamp is no number of seconds.")
    if abs(now.timestamp() - int(own["timestamp"])) > REPLAY_WINDOW.total_seconds():
        raise SignatureRefused("The signature is not of just now.")
    if not SHOP.fullmatch(own["shop"]):
        raise SignatureRefused("The shop has no name of a shop.")
    customer = own["logged_in_customer_id"]
    if customer and not CUSTOMER.fullmatch(customer):
        raise SignatureRefused("The customer has no id of a customer.")
    return Visit(own["shop"], customer or None, own["path_prefix"])


def _only(pairs: Pairs, name: str) -> str:
    values = [value for each, value in pairs if each == name]
    if len(values) != 1:
        raise SignatureRefused(f"There must be one {name}.")
    return values[0]
