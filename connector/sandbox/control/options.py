"""Reads what a control call was asked for; a name that it does not know is refused as a typo."""

from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from connector.sandbox.clock import parse_instant
from connector.sandbox.messages import read_object

MOST_DIGITS = 30
MOST = 10_000
"""How many things one control call makes at most."""
LONG = 10**9
"""The largest number that a control call takes: a billion calls, or 30 years of seconds."""


class Options:
    """The options of a control call; each is read by its kind, with a default."""

    def __init__(self, *names: str) -> None:
        """Read the request's body, of which an empty one is no options at all."""
        given = read_object(request.get_data() or b"{}")
        unknown = sorted(given.keys() - set(names))
        if unknown:
            there = ", ".join(names) or "none"
            raise BadRequest(f"Unknown option {unknown[0]}; there are: {there}")
        self.given = {name: value for name, value in given.items() if value is not None}

    def text(self, name: str, choices: Collection[str] = ()) -> str | None:
        """Read a text, one of the choices if there are any."""
        value = self.given.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or (choices and value not in choices):
            raise BadRequest(f"{name} must be {_one_of(choices)}")
        return value

    def texts(self, name: str, choices: Collection[str]) -> tuple[str, ...]:
        """Read a list of choices; none is an empty one."""
        value = self.given.get(name, [])
        if not isinstance(value, list) or any(each not in list(choices) for each in value):
            raise BadRequest(f"{name} must be a list of {', '.join(choices)}")
        return tuple(value)

    def integer(self, name: str, least: int, most: int) -> int | None:
        """Read a whole number within bounds."""
        value = self.given.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise BadRequest(f"{name} must be a whole number from {least} to {most}")
        return value

    def number(self, name: str, least: float, most: float) -> float | None:
        """Read a number within bounds."""
        value = self.given.get(name)
        if value is None:
            return None
        if (
            not isinstance(value, int | Decimal)
            or isinstance(value, bool)
            or not least <= value <= most
        ):
            raise BadRequest(f"{name} must be a number from {least} to {most}")
        return float(value)

    def amount(self, name: str) -> Decimal | None:
        """Read an amount of money, exact, from a number or a text."""
        value = self.given.get(name)
        if value is None:
            return None
        try:
            amount = Decimal(value) if not isinstance(value, bool | list) else Decimal("NaN")
        except (InvalidOperation, TypeError):
            amount = Decimal("NaN")
        if not amount.is_finite() or abs(amount.adjusted()) > MOST_DIGITS:
            raise BadRequest(f"{name} must be an amount")
        return amount

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a boolean, `default` unless given."""
        value = self.given.get(name, default)
        if not isinstance(value, bool):
            raise BadRequest(f"{name} must be true or false")
        return value

    def instant(self, name: str) -> datetime | None:
        """Read an ISO 8601 instant."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse_instant(text)
        except (ValueError, OverflowError):
            raise BadRequest(f"{name} must be an ISO 8601 instant") from None


def made(options: Options, make: Callable[[], Any]) -> Any:
    """Make one thing, or a list of the `count` that is asked for."""
    count = options.integer("count", 1, MOST)
    return make() if count is None else [make() for _ in range(count)]


def second(instant: datetime | None) -> datetime | None:
    """Return an instant as ReturnGO stores it: whole seconds."""
    return instant and instant.replace(microsecond=0)


def _one_of(choices: Collection[str]) -> str:
    return f"one of {', '.join(choices)}" if choices else "a text"
