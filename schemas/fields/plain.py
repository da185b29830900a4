"""Fields that hold one value, or a list of texts."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from schemas.fields.described import Described, fold, spelt, trim
from schemas.fields.from_sheets import digits_of, unrounded
from schemas.fields.written import read_written
from schemas.reading import read_amount, read_flag, read_moment, read_whole, show_moment

AMOUNT_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"
ONE_NAME = r"^[^,]+$"


class Text(Described, fields.String):
    """A line or more of text."""

    def __init__(self, label: str, about: str, **options: Any) -> None:
        # Empty means absent, so what must be there is not empty; a pattern or a list says it, too.
        if options.get("required"):
            metadata = options.setdefault("metadata", {})
            if "pattern" not in metadata and "choices" not in options:
                metadata["minLength"] = 1
        super().__init__(label, about, **options)

    def _deserialize(self, *args: Any, **options: Any) -> str:
        text = str(super()._deserialize(*args, **options))
        # JSON can write what UTF-8 and databases cannot.
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise ValidationError("holds characters that are not text.")
        return text

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value)

    def forgive(self, value: Any) -> Any:
        """Take a number for its digits, unless a sheet may have rounded it; near spellings."""
        typed = digits_of(value)
        if not self.words or not isinstance(typed, str):
            return typed
        return next((word for word in self.words if spelt(word) == spelt(typed)), typed)

    def alike(self, value: Any) -> Any:
        """Take words for the same whatever their case."""
        return fold(value) if isinstance(value, str) else value


class Name(Text):
    """An id, a name or a key: no sentence, so that each of its digits counts."""

    def forgive(self, value: Any) -> Any:
        """Take a number, also as a text that a sheet has written."""
        typed = super().forgive(value)
        return unrounded(typed) if isinstance(typed, str) else typed


class LookupText(Name):
    """One name or number that things are looked up by; ReturnGO takes a comma for "or"."""

    def __init__(self, label: str, about: str, **options: Any) -> None:
        super().__init__(label, about, metadata={"pattern": ONE_NAME}, **options)


class Amount(Text):
    """Money as a decimal string, exactly as ReturnGO sent it; None if it sent no number.

    A decimal comma could be a thousand's: it is refused, never guessed.
    """

    def __init__(self, label: str, about: str, **options: Any) -> None:
        metadata = {"format": "decimal", "pattern": AMOUNT_PATTERN}
        super().__init__(label, about, metadata=metadata, **options)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        amount = read_amount(value)
        return None if amount is None else f"{amount:f}"


# In an address a + is a blank: one that stands before an offset was one.
LOST_PLUS = re.compile(r"(.*[0-9]:[0-9]{2}[0-9:.,]*) ([0-9]{2}:?[0-9]{2})")


class DateTime(Described, fields.AwareDateTime):
    """An instant: ISO 8601 in UTC."""

    default_error_messages = {  # noqa: RUF012 (marshmallow collects them by class)
        "invalid": "is {input!r}; it must be a time that looks like 2026-02-04T09:08:06Z."
    }

    def __init__(self, label: str, about: str, **options: Any) -> None:
        super().__init__(label, about, format="iso", default_timezone=UTC, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> datetime:
        try:
            return super()._deserialize(value, *args, **options).astimezone(UTC)
        except OverflowError as error:  # UTC has no year 0
            raise self.make_error("invalid", input=value) from error

    def forgive(self, value: Any) -> Any:
        """Take an offset that has lost its plus."""
        found = LOST_PLUS.fullmatch(value) if isinstance(value, str) else None
        return f"{found[1]}+{found[2]}" if found else value

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        moment = read_moment(value)
        return None if moment is None else show_moment(moment)


class Boolean(Described, fields.Boolean):
    """Yes or no, whether ReturnGO says true, 1 or "1"; None if it says neither."""

    def forgive(self, value: Any) -> Any:
        """Take yes and no in the usual words."""
        flag = read_flag(value)
        return value if flag is None else flag

    def _serialize(self, value: Any, *_: Any, **__: Any) -> bool | None:
        return read_flag(value)


class Integer(Described, fields.Integer):
    """A whole number."""

    def forgive(self, value: Any) -> Any:
        """Take digits that came as text."""
        if isinstance(value, bool) or not isinstance(value, str | Decimal):
            return value
        whole = read_whole(value)
        return value if whole is None else whole

    def _serialize(self, value: Any, *_: Any, **__: Any) -> int | None:
        return read_whole(value)


class TextList(Described, fields.List[Any]):
    """A list of texts."""

    def __init__(self, label: str, about: str, **options: Any) -> None:
        super().__init__(label, about, cls_or_instance=fields.String(), **options)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> list[str] | None:
        if not isinstance(value, list | tuple):
            return None
        return [str(word) for word in value if word is not None]

    def forgive(self, value: Any) -> Any:
        """Take a comma list for a list, and numbers; what is blank is none of them."""
        words = value.split(",") if isinstance(value, str) else value
        if not isinstance(words, list):
            return value
        return [word for word in map(digits_of, map(trim, words)) if word not in (None, "")]


class Anything(Described, fields.Raw):
    """Whatever ReturnGO sent, unread."""


class ObjectField(Described, fields.Dict):
    """An object of values by names that others declare."""

    def forgive(self, value: Any) -> Any:
        """Take an object that is written as JSON."""
        return read_written(value)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any] | None:
        return dict(value) if isinstance(value, Mapping) else None
