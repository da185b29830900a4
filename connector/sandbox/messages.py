"""What travels over HTTP: JSON answers going out, JSON bodies and ids coming in."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.exceptions import BadRequest

from connector.sandbox.exact_json import Json, dumps, loads

DONE: Json = {}
"""[A] What an answer holds whose body is not documented: nothing to lean on."""

_ID = re.compile(r"[0-9]{1,19}", re.ASCII)


def answer(body: Any, status: int = 200) -> Response:
    """Make an answer of JSON."""
    return Response(dumps(body).encode(), status, content_type="application/json")


def refusal(status: int, message: str) -> Response:
    """Make an answer of an error."""
    # [A] The shape of an error's body is not documented.
    return answer({"message": message}, status)


def body_object() -> Json:
    """Read the request's JSON object; anything else is a bad request."""
    # [A] A body that is not called JSON is not looked at.
    if not request.is_json:
        raise BadRequest("Content-Type must be application/json")
    return read_object(request.get_data())


def read_object(data: bytes) -> Json:
    """Read a JSON object; anything else is a bad request."""
    try:
        body = loads(data)
    except ValueError:
        raise BadRequest("Invalid JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object")
    return body


def required_text(body: Json, name: str) -> str:
    """Take a text that must be there and not be empty."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequest(f"{name} is required")
    return value


def optional_texts(body: Json, names: Mapping[str, str]) -> dict[str, str | None]:
    """Take those of the named texts that are there, under the names that the world has for them.

    Unknown keys are ignored. [A] Null clears a field; no status is null, so that is refused.
    """
    texts: dict[str, str | None] = {}
    for name, attribute in names.items():
        if name not in body:
            continue
        value = body[name]
        if not isinstance(value, str | None):
            raise BadRequest(f"{name} must be a string")
        texts[attribute] = value
    return texts


def numeric_id(text: str) -> int:
    """Read an id from a path or body; what is not a number is a bad request."""
    if not _ID.fullmatch(text):
        raise BadRequest("Invalid id")
    return int(text)
