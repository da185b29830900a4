"""Declaring a setting: how its text is read, what it is for, and what it is by itself."""

import base64
import dataclasses
from typing import Any

from marshmallow import ValidationError, fields, validate
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

REQUIRED = object()
LEAST_BYTES, MOST_BYTES = 24, 64  # of a signing secret: Standard Webhooks


class CommaList(fields.Field[tuple[Any, ...]]):
    """Words separated by commas, or what `inner` reads in them."""

    def __init__(self, inner: fields.Field[Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._inner = inner or fields.String()

    def _deserialize(self, value: str, *_: Any, **__: Any) -> tuple[Any, ...]:
        words = (word.strip() for word in value.split(","))
        return tuple(self._inner.deserialize(word) for word in words if word)


def setting(
    parse: fields.Field[Any], about: str, *, default: Any = REQUIRED, secret: bool = False
) -> Any:
    """Declare a setting: how its text is read, what it is for, and its default if it has one."""
    return dataclasses.field(
        repr=not secret,
        metadata={"parse": parse, "help": about, "default": default, "secret": secret},
    )


def each(check: validate.Validator) -> Any:
    """Apply `check` to every word of a comma list."""

    def check_words(words: tuple[str, ...]) -> None:
        for word in words:
            check(word)

    return check_words


def shared_database(url: str) -> None:
    """Refuse a database that cannot be named, or that no other process would see."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValidationError("it is not a URL") from None
    if parsed.get_backend_name() == "sqlite" and parsed.database == ":memory:":
        raise ValidationError("it must name a file")


def signing_secret(text: str) -> None:
    """Refuse what is no secret by which the Standard Webhooks sign, or one that can be guessed."""
    prefix, is_prefixed, rest = text.partition("whsec_")
    try:
        length = len(base64.b64decode(rest, validate=True))
    except ValueError:
        length = 0
    if prefix or not is_prefixed or not LEAST_BYTES <= length <= MOST_BYTES:
        raise ValidationError(
            f"it must be whsec_ and {LEAST_BYTES} to {MOST_BYTES} random bytes in base64; this"
            ' makes one: echo "whsec_$(openssl rand -base64 32)"'
        )
