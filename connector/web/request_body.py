"""Reading a request's body: JSON or a form, whole, of a size that makes sense."""

import math
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable
from json import JSONDecodeError
from typing import Any

from flask import request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from connector.blocks import FieldError, InvalidInput, shorten
from connector.web.forms import FORM, read_form
from schemas.sent_json import GivenTwice, read_sent_json

GZIP = b"\x1f\x8b"
PLAIN = (None, "", "identity")
DEEPEST_BODY = 20  # levels: no block takes more than a few


def read_body() -> Any:
    """Read the JSON or the form of this request; nothing is an empty object.

    Raises what problems.py knows.
    """
    body = _body()
    if not body or request.is_json:
        return _read(body, read_sent_json)
    # curl calls it a form unless told otherwise
    if request.mimetype == FORM and not body.lstrip().startswith((b"{", b"[")):
        return _read(body, read_form)
    raise UnsupportedMediaType("Send JSON, with the header Content-Type: application/json.")


def read_json() -> Any:
    """Read the JSON of this request, however it is marked. Raises what problems.py knows."""
    return _read(_body(), read_sent_json)


def _read(body: bytes, reader: Callable[[bytes], Any]) -> Any:
    if not body:
        return {}
    try:
        document = reader(body)
    except GivenTwice as error:
        raise InvalidInput([FieldError(shorten(error.name), "is given more than once.")]) from error
    except ValueError as error:
        raise BadRequest(_what_is_wrong(body, error)) from error
    if _is_deep(document):
        raise BadRequest("The body is nested too deeply.")
    return document


def _what_is_wrong(body: bytes, error: ValueError) -> str:
    if body.startswith((BOM_UTF16_BE, BOM_UTF16_LE)) or b"\0" in body[:2]:
        return "The body is UTF-16: send it as UTF-8."
    match error:
        case UnicodeDecodeError():
            byte = error.object[error.start]
            return (
                f"The body is not UTF-8: its byte {error.start + 1} is {byte:#04x}."
                " Latin-1 and Windows-1252 have to be written as UTF-8."
            )
        case JSONDecodeError():
            sign = error.doc[error.pos : error.pos + 1]
            stands = f"stands {sign!r}" if sign else "it ends too soon"
            return f"The body is not JSON: at line {error.lineno}, column {error.colno} {stands}."
        case _:
            return f"The body cannot be read: {error}."


def _body() -> bytes:
    try:
        body = request.get_data()
    except (ParseException, OSError) as error:
        # gunicorn's: the chunks are malformed, or the caller has gone
        raise BadRequest("The body did not arrive whole.") from error
    if body.startswith(GZIP) or request.content_encoding not in PLAIN:
        raise UnsupportedMediaType("Send the body as it is: not compressed, by gzip or otherwise.")
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
