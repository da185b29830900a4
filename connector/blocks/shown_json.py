"""Writing what is shown: as JSON with exact money, the same bytes, whoever asks.

Compact, as JavaScript's JSON.stringify writes it: many a receiver of hooks checks the signature of
what it has read and written anew, and of an event that gives the same bytes.
"""

import gzip
from collections.abc import Iterable
from typing import Any

import simplejson


def to_json(document: Any) -> bytes:
    """Write `document` as JSON. Half a character, which UTF-8 cannot write, becomes a `?`."""
    text = simplejson.dumps(document, use_decimal=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")


def to_json_list(written: Iterable[bytes]) -> bytes:
    """Write a list of what `to_json` has written: the same bytes as `to_json` of the list."""
    return b"[" + b",".join(written) + b"]"


def from_json(body: bytes) -> Any:
    """Read what `to_json` has written; a number with a point is a Decimal again."""
    return simplejson.loads(body, use_decimal=True)


def pack(body: bytes) -> bytes:
    """Compress a body by gzip: the same bytes for the same body."""
    return gzip.compress(body, mtime=0)
