"""Deliveries that the bridge did not sign, or not just now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connector.delivery.http.signature import new_secret, signed_headers

TOLERANCE = 300  # seconds


@dataclass(frozen=True)
class Delivery:
    """What arrives at a hook; the names of headers in lower case."""

    headers: Mapping[str, str]
    body: bytes


def forgeries(real: Delivery) -> list[Delivery]:
    """Return what must not be let in, given what the bridge signed."""
    headers, body = real.headers, real.body
    return [
        Delivery(headers, body.replace(b"{", b"{ ", 1)),
        Delivery({**headers, "webhook-id": "msg_other"}, body),
        Delivery({**headers, "webhook-timestamp": "1760000000"}, body),
        Delivery({**headers, "webhook-signature": "v1,AAAA"}, body),
        Delivery({"content-type": "application/json"}, body),
        _signed(body, new_secret(), 0),
    ]


def stale(real: Delivery, secret: str) -> list[Delivery]:
    """Return what was signed with the secret, but longer ago than it may be, or later than now."""
    return [_signed(real.body, secret, seconds) for seconds in (-TOLERANCE - 60, TOLERANCE + 60)]


def late(real: Delivery, secret: str) -> Delivery:
    """Return a delivery that was on its way for nearly as long as it may."""
    return _signed(real.body, secret, -TOLERANCE + 60)


def _signed(body: bytes, secret: str, seconds: int) -> Delivery:
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return Delivery(signed_headers("msg_1", moment, body, [secret]), body)
