"""Reading a request's body: JSON, whole, of a size that makes sense."""

import math
from collections.abc import Iterable
from typing import Any

from flask import request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from connector.blocks import FieldError, InvalidInput, shorten
from schemas.sent_json import GivenTwice, read_sent_json

DEEPEST_BODY = 20  # levels: no block takes more than a few


def read_body() -> Any:
    """Read the JSON of this request; nothing is an empty object. Raises what problems.py knows."""
    body = _body()
    if body and not request.is_json:
        raise UnsupportedMediaType("Send JSON, with the header Content-Type: application/json.")
    return _read(body)


def read_json() -> Any:
    """Read the JSON of this request, however it is marked. Raises what problems.py knows."""
    return _read(_body())


def _read(body: bytes) -> Any:
    if not body:
        return {}
    try:
        document = read_sent_json(body)
    except GivenTwice as error:
        raise InvalidInput([FieldError(shorten(error.name), "is given more than once.")]) from error
    except ValueError as error:
        raise BadRequest("The body is not JSON.") from error
    if _is_deep(document):
        raise BadRequest("The body is nested too deeply.")
    return document


def _body() -> bytes:
    try:
        body = request.get_data()
    except (ParseException, OSError) as error:
        # gunicorn's: the chunks are malformed, or the caller has gone
        raise BadRequest("The body did not arrive whole.") from error
    if len(body) < (request.content_length or 0):
        raise BadRequest("The body did not arrive whole.")
    # A chunked body tells no length; it is cut at the limit.
    if len(body) >= (request.max_content_length or math.inf):
        raise RequestEntityTooLarge
    return body


def _is_deep(document: Any) -> bool:
    level = [document]
    for _ in range(DEEPEST_BODY):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(document: Any) -> Iterable[Any]:
    match document:
        case dict():
            return document.values()
        case list():
            return document
        case _:
            return ()
