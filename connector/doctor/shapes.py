"""Shapes: which keys ReturnGO's documents have, and of which types; no value but enum words.

An allow-list: a key is named if it is written as keys are, a value only if its field is known to
hold one of a few words.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from connector.doctor.wording import shown_word

KEY = re.compile(r"[a-z][A-Za-z]*(_[a-z]+)*\Z")
LONGEST_FIELD_NAME = 40
OTHER_KEY = "(another key)"
MOST_PATHS = 500

_RMA = ("status", "events[].eventName", "events[].triggeredVia")
_MONEY = ("status", "type", "processor", "externalReferenceType")
ENUM_FIELDS = frozenset(
    {
        *(f"rmas[].{field}" for field in _RMA),
        *(f"rmaSummary.{field}" for field in _RMA),
        *(f"transactions[].{field}" for field in _MONEY),
        "shipments[].status",
        "items[].resolutionType",
        "items[].returnMethod.type",
        "items[].followUpQuestions[].type",
        "items[].exchangeItems[].itemPriceMethod",
        "exchangeItems[].itemPriceMethod",
        "exchangeOrders[].type",
        "comments[].commentType",
        "[].eventName",
    }
)


class Shapes:
    """Gathers shapes, for each call of ReturnGO's and each path in its answers."""

    def __init__(self) -> None:
        self._types: dict[str, dict[str, Counter[str]]] = {}
        self._words: dict[str, dict[str, Counter[str]]] = {}

    def note(self, call: str, document: Any) -> None:
        """Note a document that answered a call, such as `GET /rma/{rmaId}`."""
        types = self._types.setdefault(call, {})
        words = self._words.setdefault(call, {})
        for path, value in _values(document, ""):
            if path in types or len(types) < MOST_PATHS:
                types.setdefault(path, Counter())[_type(value)] += 1
            if path in ENUM_FIELDS and isinstance(value, str):
                words.setdefault(path, Counter())[shown_word(value)] += 1

    def words(self, *paths: str) -> Counter[str]:
        """Count the words seen at some paths, in whatever answer."""
        return sum(
            (words.get(path, Counter()) for words in self._words.values() for path in paths),
            Counter[str](),
        )

    def shown(self) -> dict[str, Any]:
        """Show what was gathered, as JSON."""
        return {
            call: {
                path or "(document)": {
                    "types": dict(counts),
                    **(
                        {"words": dict(self._words[call][path])}
                        if path in self._words[call]
                        else {}
                    ),
                }
                for path, counts in sorted(types.items())
            }
            for call, types in sorted(self._types.items())
        }


def _values(document: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, document
    if isinstance(document, Mapping):
        for key, value in document.items():
            yield from _values(value, f"{path}.{_key(key)}".lstrip("."))
    elif isinstance(document, list):
        for value in document:
            yield from _values(value, f"{path}[]")


def _key(key: Any) -> str:
    is_key = isinstance(key, str) and len(key) <= LONGEST_FIELD_NAME and KEY.match(key)
    return str(key) if is_key else OTHER_KEY


def _type(value: Any) -> str:
    if value is None or value == "":
        return "null" if value is None else "empty text"
    return next((name for kind, name in _TYPES.items() if isinstance(value, kind)), "object")


_TYPES: dict[type, str] = {  # a bool is an int, too
    bool: "true or false",
    int: "whole number",
    Decimal: "fraction",
    str: "text",
    list: "list",
}
