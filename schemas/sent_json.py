"""Reading JSON that people send: exactly, and only where it can mean one thing."""

import json
from decimal import Decimal
from typing import Any, NoReturn

# A number beyond it is nobody's, and writing it out could fill the memory.
LARGEST_EXPONENT = 400


class GivenTwice(ValueError):
    """An object has a name twice: taking either value could change an amount."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"it gives {name!r} more than once")


def read_sent_json(text: str | bytes) -> Any:
    """Read JSON with exact numbers. Raises GivenTwice, or ValueError where it is no JSON."""
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")  # as JSON is written, whoever put a mark before it
    try:
        return json.loads(
            text, parse_float=_number, parse_constant=_refuse, object_pairs_hook=_object
        )
    except (ArithmeticError, RecursionError) as error:
        raise ValueError("it holds a number that is too long, or is nested too deeply") from error


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > LARGEST_EXPONENT:
        raise ArithmeticError
    return number


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise GivenTwice(name)
        read[name] = value
    return read
