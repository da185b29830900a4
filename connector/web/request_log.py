"""A name and a line in the log for each request.

The name is on its answer, in each line logged on the way, and in the record of deeds.
"""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

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
        g.request = _Begun(name_of(request.environ), time.monotonic())

    def end(response: Response) -> Response:
        begun: _Begun = g.request
        asked = request
        seconds = time.monotonic() - begun.at
        log_answer(asked.method, asked.path, response.status_code, seconds, counts=counts())
        response.headers.add(HEADER, begun.name)
        return response

    app.before_request(begin)
    app.after_request(end)


def name_of(environ: Mapping[str, Any]) -> str:
    """Name a request, in all that this thread logs from now on, too."""
    given = environ.get(GIVEN_NAME, "")
    name = given if GIVEN.match(given) else secrets.token_hex(8)
    # in place of what the thread answered before
    bind_contextvars(request_id=name)
    return name


def log_answer(method: str, path: str, status: int, seconds: float, *, counts: bool) -> None:
    """Log an answer, and count how long it took if that `counts`."""
    if counts:
        note_latency(method, path, status, seconds)
    log.info(
        "web.request",
        method=method,
        # without the query, which may name customers, and without an inbox's secret
        path=ADDRESS_PATH if path.startswith(ADDRESS_PATH) else path,
        status=status,
        seconds=round(seconds, 3),
    )


def request_id() -> str | None:
    """Return the name of the request that is being answered, if one is."""
    begun: _Begun | None = g.get("request") if has_app_context() else None
    return None if begun is None else begun.name


class _Begun(NamedTuple):
    """A request's name, and when it came, by a clock that never steps back."""

    name: str
    at: float
