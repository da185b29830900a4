"""Reading ReturnGO's JSON, whatever form a value has; None where it cannot be read."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import fields

MOST_DIGITS = 40  # of any money


def dig(document: Any, path: str) -> Any:
    """Follow a dotted `path` into nested objects; None where it ends early."""
    for key in path.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(key)
    return document


def rows(document: Any, key: str) -> list[Mapping[str, Any]]:
    """Return the objects in a list of a document, whatever else stands there."""
    found = dig(document, key)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def read_moment(value: Any) -> datetime | None:
    """Read a time that ReturnGO wrote; None when it cannot be read. Without an offset it is UTC."""
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None  # UTC has no year 0


def read_amount(value: Any) -> Decimal | None:
    """Read money that ReturnGO wrote, exactly; None when it is not a number."""
    try:
        amount = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    # 1e999999999 is a number, too, but nobody's money.
    is_money = amount.is_finite() and abs(amount.adjusted()) <= MOST_DIGITS
    return amount if is_money else None


def read_whole(value: Any) -> int | None:
    """Read a whole number that ReturnGO wrote; None when it is none."""
    amount = None if isinstance(value, bool) else read_amount(value)
    return None if amount is None or amount != amount.to_integral_value() else int(amount)


def read_flag(value: Any) -> bool | None:
    """Read yes or no in any of the usual words; None when it is neither."""
    for words, meaning in ((fields.Boolean.truthy, True), (fields.Boolean.falsy, False)):
        with suppress(TypeError):  # what cannot be looked up is no such word
            if value in words:
                return meaning
    return None


def show_moment(moment: datetime) -> str:
    """Write an instant as the bridge shows it: ISO 8601, UTC, with `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
