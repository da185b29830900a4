"""Repeats: a poll that was answered a moment ago, from a database that nobody has written to since.

Thousands of workflows ask the same. Their answer, with all of its headers but the request's own
name, is what it was: whether anything is due, how old it is and what is left of the day are looked
at anew with each second of the clock, and as soon as anybody has written anything.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from http import HTTPMethod
from typing import Any

from flask import Flask

from connector.bridge import Bridge
from connector.connections import NotRecognised
from connector.store import StoreUnavailable, WrongSecretKey
from connector.web.auth import access_of
from connector.web.context import EXTENSION
from connector.web.request_log import HEADER, log_answer, name_of

POLLS = "/v1/triggers/"
# All that an answer to a poll follows from, beside the caller, the database and the second.
ASKED_BY = ("PATH_INFO", "QUERY_STRING", "HTTP_IF_NONE_MATCH", "HTTP_ACCEPT_ENCODING")
GOOD = ("200", "304")
# Of what `PAGE_CACHE` allows, as much as pages have: most bodies are those of pages, kept once for
# both; a page of a thousand events that fits there has to fit here.
SHARE = 2
MEGABYTE = 1024 * 1024
OVERHEAD = 2048  # bytes of an answer beside its body and its question, about

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

    Only what was answered in the last moment is kept, and only half of `PAGE_CACHE` of it.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._answer: Application = app.wsgi_app
        self._moment = _Moment(None)
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request as WSGI has it (PEP 3333)."""
        began = time.monotonic()
        bridge: Bridge = self._app.extensions[EXTENSION]
        question = _question(bridge, environ)
        moment = None if question is None else self._now(bridge)
        if moment is None:
            return self._answer(environ, start_response)
        answer = moment.answers.get(question)
        if answer is None:
            return self._made(moment, question, environ, start_response)
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
        if status.startswith(GOOD):
            own = [(name, value) for name, value in headers if name != HEADER]
            self._keep(moment, question, _Answer(status, own, body), environ)
        return body

    def _keep(self, moment: _Moment, question: Hashable, answer: _Answer, environ: Environ) -> None:
        bridge: Bridge = self._app.extensions[EXTENSION]
        asked = sum(len(environ.get(name, "")) for name in ASKED_BY)
        size = OVERHEAD + asked + sum(map(len, answer.body))
        with self._lock:
            if moment.bytes_held + size <= bridge.settings.page_cache * MEGABYTE // SHARE:
                moment.bytes_held += size
                moment.answers[question] = answer


def _question(bridge: Bridge, environ: Environ) -> Hashable | None:
    """Say what is asked, and for whom; None where it is no poll, or the caller is unknown."""
    is_get = environ["REQUEST_METHOD"] == HTTPMethod.GET
    if not (is_get and environ["PATH_INFO"].startswith(POLLS)):
        return None
    try:
        access = access_of(bridge.connections, environ)
    except (NotRecognised, StoreUnavailable, WrongSecretKey):
        return None  # the application says why
    connection = access.connection
    return (connection.id, connection.shops, access.scopes, *map(environ.get, ASKED_BY))
