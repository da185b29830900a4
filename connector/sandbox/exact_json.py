"""JSON whose numbers are exact both ways, because money must never pass through a float."""

import json
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


def dumps(value: Any) -> str:
    """Write a value as JSON; a Decimal becomes a number without trailing zeros, as `1119.6`."""
    match value:
        case Decimal():
            return _number(value)
        case dict():
            pairs = (f"{json.dumps(key)}: {dumps(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(dumps, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def loads(text: bytes | str) -> Any:
    """Read JSON with exact numbers. Raises ValueError for what is not JSON, NaN included."""
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
        # Half a surrogate pair is JSON, but nothing that could be stored or shown again.
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _number(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
