"""Numbers as sheets write them, where an id, a name or a key is meant."""

import re
from decimal import Decimal
from typing import Any

MOST_DIGITS = 15  # of a number that a sheet keeps: the others it makes zeros
WHOLE = re.compile(r"(-?[0-9]+)\.0+")
ROUNDED = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")


def digits_of(value: Any) -> Any:
    """Write a number as its digits: 7.0 is 7. One that a sheet may have rounded is left a number.

    So is anything else that is no number.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    digits = whole(str(value))
    is_rounded = "E" in digits or sum(map(str.isdigit, digits)) > MOST_DIGITS
    return value if is_rounded else digits


def whole(text: str) -> str:
    """Take the zeros from behind the point of a whole number."""
    found = WHOLE.fullmatch(text)
    return found[1] if found else text


def unrounded(text: str) -> str | Decimal:
    """Read what a sheet shows for a long number, such as 9.40011E+21, as the number that it is.

    Any other text is given back, a whole number without zeros behind the point.
    """
    if ROUNDED.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return whole(text)
