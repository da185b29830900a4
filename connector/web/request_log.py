"""A name and a line in the log for each request.

The name is on its answer, in each line logged on the way, and in the record of deeds.
"""

import re
import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

import structlog
from flask import Flask, Response, g, has_app_context, request
from structlog.contextvars import bind_contextvars

from connector.inbound import ADDRESS_PATH
from connector.web.latency import note_latency

HEADER = "X-Request-Id"
GIVEN_NAME = "HTTP_X_REQUEST_ID"
# What a proxy or a client names its request is taken over, if it fits into a line of a log.
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}\Z", re.ASCII)

log = structlog.get_logger()


def add_request_log(app: Flask, *, counts: Callable[[], bool]) -> None:
    """Have every request named and timed before anything else, and logged after all the rest.

    `counts` is asked whether anybody wants to know how long the answers took (`/metrics`).
    """

    def begin() -> None:
        given = request.environ.get(GIVEN_NAME, "")
        name = given if GIVEN.match(given) else secrets.token_hex(8)
        # in place of what the thread answered before
        bind_contextvars(request_id=name)
        g.request = _Begun(name, time.monotonic())

    def end(response: Response) -> Response:
        begun: _Begun = g.request
        environ = request.environ
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        seconds = time.monotonic() - begun.at
        if counts():
            note_latency(method, path, response.status_code, seconds)
        log.info(
            "web.request",
            method=method,
            # without the query, which may name customers, and without an inbox's secret
            path=ADDRESS_PATH if path.startswith(ADDRESS_PATH) else path,
            status=response.status_code,
            seconds=round(seconds, 3),
        )
        response.headers.add(HEADER, begun.name)
        return response

    app.before_request(begin)
    app.after_request(end)


def request_id() -> str | None:
    """Return the name of the request that is being answered, if one is."""
    begun: _Begun | None = g.get("request") if has_app_context() else None
    return None if begun is None else begun.name


class _Begun(NamedTuple):
    """A request's name, and when it came, by a clock that never steps back."""

    name: str
    at: float
