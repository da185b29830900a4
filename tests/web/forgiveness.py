"""What the document refuses and the bridge takes all the same, as docs/using.md promises."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator

SEVERAL = r"[^,\s]"  # one word or more: a list of them is as good


def is_forgiven(sent: Any, published: Mapping[str, Any]) -> bool:
    """Return whether what was sent becomes valid once it is read as people mean it.

    Written anew rather than taken from the code: it must not forgive what the code should not.
    """
    if not isinstance(sent, Mapping):
        return False
    properties = published["properties"]
    trimmed = {name: bare(value) for name, value in sent.items()}
    meant = {
        name: _as_meant(_joined(value, properties.get(name, {})), properties.get(name, {}))
        for name, value in trimmed.items()
        if value is not None and value != ""
    }
    return Draft202012Validator(dict(published)).is_valid(meant)


def _as_meant(value: Any, declared: Mapping[str, Any]) -> Any:
    kinds = declared.get("type", [])
    if isinstance(value, int | float) and not isinstance(value, bool) and "string" in kinds:
        return str(value)
    if not isinstance(value, str):
        # yes and no may come as 1 and 0
        return bool(value) if "boolean" in kinds and value in (0, 1) else value
    word = bare(value)
    if declared.get("format") == "date-time":
        return word if is_time(word) else None
    if "boolean" in kinds and word.lower() in {"true", "false", "yes", "no", "on", "off", "1", "0"}:
        return True
    if "integer" in kinds and word.lstrip("-").isdecimal():
        return int(word)
    return next((each for each in declared.get("enum", ()) if same(each, word)), word)


def _joined(value: Any, declared: Mapping[str, Any]) -> Any:
    is_several = declared.get("pattern") == SEVERAL and isinstance(value, list)
    return ",".join(map(str, value)) if is_several else value


def bare(value: Any) -> Any:
    """Take what is no letter, sign or digit from the edges of a text."""
    if not isinstance(value, str):
        return value
    while value and is_nothing(value[0]):
        value = value[1:]
    while value and is_nothing(value[-1]):
        value = value[:-1]
    return value


def is_nothing(sign: str) -> bool:
    """Return whether a sign is blank, or nothing to see."""
    return sign.isspace() or unicodedata.category(sign) == "Cf"


def is_time(word: str) -> bool:
    """Return whether a word is ISO 8601, with or without an offset."""
    try:
        datetime.fromisoformat(word)
    except ValueError:
        return False
    return True


def same(word: Any, typed: str) -> bool:
    """Compare words as people do."""
    return isinstance(word, str) and word.casefold() == typed.casefold()
