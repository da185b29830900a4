"""One POST to the address that a webhook was registered with."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

# [A] How long ReturnGO waits for a receiver is not documented.
TIMEOUT = 5.0
"""Seconds for connecting, and for each part of the answer."""

ENOUGH = 65_536
"""How many bytes of an answer's body are listened to."""

# What a URL that cannot be called raises is a ValueError.
FAILURES = (OSError, HTTPException, ValueError)


def post(url: str, body: str) -> int:
    """Post a body, called JSON, and answer the status; raises one of `FAILURES`.

    [A] Whatever the answer is, that was all: no redirect is followed and nothing is tried again.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("the url names no host")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, parts.port or kind.default_port, timeout=TIMEOUT)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body.encode(), {"Content-Type": "application/json"})
        response = connection.getresponse()
        # Hanging up on an answer that is still on its way would look like a broken connection.
        response.read(ENOUGH)
        return response.status
    finally:
        connection.close()
