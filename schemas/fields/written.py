"""Lists and objects that came as text: many platforms can send nothing else."""

from contextlib import suppress
from typing import Any

from schemas.fields.described import trim
from schemas.sent_json import read_sent_json


def read_written(value: Any) -> Any:
    """Read a list or an object that is written as JSON; anything else is left as it is."""
    if isinstance(value, str) and trim(value).startswith(("[", "{")):
        with suppress(ValueError):
            return read_sent_json(value)
    return value
