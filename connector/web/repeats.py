"""Repeats: a poll that was answered a moment ago, from a database that nobody has written to since.

Thousands of workflows ask the same. Their answer, with all of its headers but the request's own
name, is what it was: whether anything is due, how old it is and what is left of the day are looked
at anew with each second of the clock, and as soon as anybody has written anything.
"""

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from http import HTTPMethod
from typing import Any

from flask import Flask

from connector.bridge import Bridge
from connector.web.context import EXTENSION
from connector.web.request_log import HEADER, log_answer, name_of

POLLS = "/v1/triggers/"
# All that an answer to a poll follows from, beside the database and the second.
ASKED_BY = (
    *("PATH_INFO", "QUERY_STRING", "HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "HTTP_X_SHOP_NAME"),
    *("HTTP_IF_NONE_MATCH", "HTTP_ACCEPT_ENCODING"),
)
GOOD = ("200", "304")
MEGABYTE = 1024 * 1024
OVERHEAD = 2048  # bytes of an answer beside its body, about

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True)
class _Answer:
    """An answer to a poll, without the name of its request."""

    status: str
    headers: list[tuple[str, str]]
    body: list[bytes]


@dataclass
class _Moment:
    """A second of the clock and a state of the database, and what was answered in it."""

    when: Hashable
    answers: dict[Hashable, _Answer] = field(default_factory=dict)
    bytes_held: int = 0


class Repeats:
    """Answers polls again without asking the application; safe among threads.

    Only what was answered in the last moment is kept, and no more of it than `PAGE_CACHE` says.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._answer: Application = app.wsgi_app
        self._moment = _Moment(None)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request as WSGI has it (PEP 3333)."""
        if environ["REQUEST_METHOD"] != HTTPMethod.GET or not environ["PATH_INFO"].startswith(
            POLLS
        ):
            return self._answer(environ, start_response)
        bridge: Bridge = self._app.extensions[EXTENSION]
        moment = self._now(bridge)
        if moment is None:
            return self._answer(environ, start_response)
        question = tuple(map(environ.get, ASKED_BY))
        answer = moment.answers.get(question)
        if answer is None:
            return self._made(moment, question, environ, start_response, bridge)
        began = time.monotonic()
        name = name_of(environ)
        start_response(answer.status, [*answer.headers, (HEADER, name)])
        log_answer(
            HTTPMethod.GET,
            environ["PATH_INFO"],
            int(answer.status[:3]),
            time.monotonic() - began,
            counts=bridge.settings.metrics_token is not None,
        )
        return answer.body

    def _now(self, bridge: Bridge) -> _Moment | None:
        """Return the moment, a new one where it has passed; None where that cannot be told."""
        # Before the answer: what is written while it is made makes it one of before.
        stamp = bridge.store.stamp()
        if stamp is None:
            return None
        when = (bridge.store, stamp, bridge.clock.now().replace(microsecond=0))
        moment = self._moment
        if moment.when != when:
            moment = self._moment = _Moment(when)
        return moment

    def _made(
        self,
        moment: _Moment,
        question: Hashable,
        environ: Environ,
        start_response: StartResponse,
        bridge: Bridge,
    ) -> list[bytes]:
        """Have the application answer, and keep that for the rest of the moment if it is good."""
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *trouble: Any) -> Any:
            said.append((status, headers))
            return start_response(status, headers, *trouble)

        answered = self._answer(environ, start)
        try:
            body = list(answered)
        finally:
            if hasattr(answered, "close"):
                answered.close()
        status, headers = said[-1]
        moment.bytes_held += OVERHEAD + sum(map(len, body))
        if status.startswith(GOOD) and moment.bytes_held <= bridge.settings.page_cache * MEGABYTE:
            own = [(name, value) for name, value in headers if name != HEADER]
            moment.answers[question] = _Answer(status, own, body)
        return body
