"""JSON whose numbers are exact both ways, because money must never pass through a float."""

from typing import Any

import simplejson

Json = dict[str, Any]


def dumps(value: Any) -> str:
    """Write a value as JSON; a Decimal becomes a number with the digits that it has."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False)


def loads(text: bytes | str) -> Any:
    """Read JSON with exact numbers. Raises ValueError for what is not JSON, NaN included."""
    try:
        value = simplejson.loads(text, use_decimal=True)
        # Half a surrogate pair is JSON, but nothing that could be stored or shown again.
        dumps(value).encode()
    except (ArithmeticError, RecursionError):
        raise ValueError("nested too deeply, or a number beyond all bounds") from None
    return value
