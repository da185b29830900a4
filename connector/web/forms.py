"""Bodies as forms send them: names and texts, read by the same rules as JSON."""

from typing import Any
from urllib.parse import parse_qsl

from schemas.sent_json import GivenTwice

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 1000


def read_form(body: bytes) -> dict[str, Any]:
    """Read a form. Raises GivenTwice, and ValueError where it is none."""
    read: dict[str, Any] = {}
    pairs = parse_qsl(
        body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
    )
    for name, value in pairs:
        if name in read:
            raise GivenTwice(name)
        read[name] = value
    return read
