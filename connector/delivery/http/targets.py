"""Where a REST hook may be sent: https, to the public internet.

Own code, for the ready-made guards for requests are archived, look at only the first address, leave
ranges open, or look names up outside of any deadline.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import LocationParseError

from connector.delivery.http.addresses import Address, is_loopback, is_public, resolve

LONGEST_URL = 2000  # characters
LOOKUP_SECONDS = 5.0
DEFAULT_PORTS = {"http": 80, "https": 443}

_HOST = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
    r"|\[[0-9a-f:.]+\]"
)
_PRINTABLE = re.compile(r"[!-\[\]-~]*")  # ASCII without space and backslash
_LOCAL_NAME = re.compile(r"(.+\.)?(localhost|localdomain|local|internal|home\.arpa)")
_EXAMPLE = "for example https://hooks.example.com/catch/123"


class TargetRefused(Exception):
    """A hook may not be sent there. The message is a sentence for whoever gave the URL.

    `reason` says it in a few words, for a log of deliveries. Neither holds the URL's path.
    """

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


@dataclass(frozen=True)
class TargetRules:
    """What is accepted: https to one of the `ports`.

    `allow_local` adds http and https to this machine, to any port: for demo and tests.
    `allow_internal` adds https to any address, for a URL that the operator vouches for.
    """

    allow_local: bool = False
    ports: Collection[int] = (443, 8443)
    allow_internal: bool = False


def check_url(url: str, rules: TargetRules, *, seconds: float = LOOKUP_SECONDS) -> str:
    """Return the normal form of a URL to which hooks may be sent, after looking its host up.

    Raises TargetRefused.
    """
    target = read_url(url, rules)
    host = host_of(target)
    try:
        vet(resolve(host, seconds), rules, is_encrypted=target.scheme == "https")
    except TimeoutError:
        raise TargetRefused(
            f"The host {host} could not be looked up in time. Please try again.", "timed out"
        ) from None
    except OSError:
        raise TargetRefused(
            f"The host {host} was not found. Check its spelling.", "host not found"
        ) from None
    return target.url


def read_url(url: str, rules: TargetRules) -> urllib3.util.Url:
    """Read a URL into its normal form, without looking its host up. Raises TargetRefused."""
    if len(url) > LONGEST_URL:
        raise _malformed(f"The URL has {len(url)} characters; {LONGEST_URL} are accepted.")
    if not _PRINTABLE.fullmatch(url):
        raise _malformed(
            "The URL contains a space, a backslash or a character that is not plain ASCII. Write"
            " it percent-encoded, and an international host name in its xn-- form."
        )
    try:
        target = urllib3.util.parse_url(url)
    except LocationParseError:
        raise _malformed(
            f"The URL cannot be read. Give one that begins with https://, {_EXAMPLE}."
        ) from None
    if target.scheme != "https" and not (rules.allow_local and target.scheme == "http"):
        raise _malformed(f"The URL must begin with https://, {_EXAMPLE}.", "not https")
    if "@" in re.split("[/?#]", url.split("://", 1)[-1], maxsplit=1)[0]:
        raise _malformed("The URL contains a user name or password. Leave out all up to the @.")
    port = target.port if target.port is not None else DEFAULT_PORTS[target.scheme]
    if port not in rules.ports and not rules.allow_local:
        accepted = ", ".join(map(str, rules.ports))
        raise _malformed(f"The URL's port is {port}; accepted: {accepted}.", "port not accepted")
    host = (target.host or "").lower().removesuffix(".")
    if not _HOST.fullmatch(host):
        raise _malformed(f"The URL's host is missing or malformed. Give one such as {_EXAMPLE}.")
    if _LOCAL_NAME.fullmatch(host) and not rules.allow_local:
        raise _not_public()
    written = None if port == DEFAULT_PORTS[target.scheme] else port
    path = target.path or "/"
    normal = target._replace(host=host, port=written, path=path, auth=None, fragment=None)
    if len(normal.url) > LONGEST_URL:
        raise _malformed(f"The URL is longer than the {LONGEST_URL} characters that are accepted.")
    return normal


def host_of(target: urllib3.util.Url) -> str:
    """Return the host as a resolver takes it."""
    return (target.host or "").strip("[]")


def vet(addresses: list[Address], rules: TargetRules, *, is_encrypted: bool) -> None:
    """Refuse a host if any of its addresses is not allowed. Raises TargetRefused."""
    for address in addresses:
        is_allowed = (is_encrypted and (rules.allow_internal or is_public(address))) or (
            rules.allow_local and is_loopback(address)
        )
        if not is_allowed:
            raise _not_public()


def _malformed(sentence: str, reason: str = "malformed URL") -> TargetRefused:
    return TargetRefused(sentence, reason)


def _not_public() -> TargetRefused:
    return TargetRefused(
        "The URL's host is not on the public internet. Give an https:// URL that anyone on the"
        f" internet could reach, {_EXAMPLE}.",
        "resolves to a private address",
    )
