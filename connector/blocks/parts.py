"""The parts of an RMA's details that things happen to, and how each is told from the others."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from schemas.reading import rows

Part = Mapping[str, Any]

SHIPMENTS = "shipments"
ITEMS = "items"
COMMENTS = "comments"

ID_KEYS = {SHIPMENTS: "shipmentId", ITEMS: "returnedItemId"}


def parts_of(details: Mapping[str, Any], part: str) -> Iterator[tuple[str, Part]]:
    """Go through one list of an RMA's details: each thing with its id, unnamed ones left out."""
    seen: Counter[str] = Counter()
    for each in rows(details, part):
        is_comment = part == COMMENTS
        name = _fingerprint(each) if is_comment else each.get(ID_KEYS[part])
        if name in (None, ""):
            continue
        name = str(name)
        seen[name] += 1
        if seen[name] == 1:
            yield name, each
        elif is_comment:
            # It has no id: time and words are its own, and where both repeat, its number.
            yield f"{name}-{seen[name]}", each


def find_part(details: Mapping[str, Any], part: str, part_id: str) -> Part | None:
    """Find a thing in one list of an RMA's details by its id."""
    return next((each for found, each in parts_of(details, part) if found == part_id), None)


def _fingerprint(comment: Part) -> str:
    words = "\0".join(str(comment.get(key)) for key in ("datetime", "commentType", "htmlText"))
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:16]
