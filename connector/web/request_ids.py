"""A name for each request: on its answer, in each line that it logs, in the record of deeds."""

import re
import secrets

from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

HEADER = "X-Request-Id"
# What a proxy or a client names its request is taken over, if it fits into a line of a log.
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}\Z", re.ASCII)


def add_request_ids(app: Flask) -> None:
    """Have every request named before anything else, and each answer say the name."""
    app.before_request(_name)
    app.after_request(_tell)


def request_id() -> str:
    """Return the name of the request that is being answered."""
    named: str = g.request_id
    return named


def _name() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if GIVEN.match(given) else secrets.token_hex(8)
    clear_contextvars()  # the thread has answered others
    bind_contextvars(request_id=g.request_id)


def _tell(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    return response
