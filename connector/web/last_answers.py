"""Last answers: a search or drop-down that is asked again within seconds is answered from before.

A loop that asks the same over and over costs a call in KEPT_FOR instead of one each time. What a
workflow has changed itself it must see at once: an answer counts only as long as no action of its
connection has begun since, in any process, and is not kept while one is being done.
"""

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import LRUCache
from flask import Response, request

from connector.web.context import bridge, caller
from connector.web.openapi.responses import header

KEPT_FOR = timedelta(seconds=5)
MOST_BYTES = 4 * 1024 * 1024  # of answers, in each web process
OVERHEAD = 1024  # bytes of an answer beside its body and its question, about
AGE = "Age"
AGE_HEADER = header(
    "How many seconds ago this was answered before, where it is the answer of then. The header"
    " `Cache-Control: no-cache` of a request has ReturnGO asked again.",
    type="integer",
    minimum=0,
)


@dataclass(frozen=True)
class _Answer:
    """What was answered, and when: asked `at` an instant, after the `last` deed."""

    asked: int
    body: bytes
    content_type: str | None
    at: datetime
    last: int

    @property
    def size(self) -> int:
        """How many bytes it takes, about."""
        return OVERHEAD + self.asked + len(self.body)


class LastAnswers:
    """Keeps the last good answers, for seconds; safe among threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: LRUCache[Hashable, _Answer] = LRUCache(
            most_bytes, getsizeof=lambda answer: answer.size
        )
        self._lock = threading.Lock()

    def get(self, ask: Callable[[], Response]) -> Response:
        """Return the last answer to this request, or else what `ask` returns. Raises its errors."""
        connection = caller()
        query = request.query_string
        question = (bridge().store, connection.id, connection.shops, request.path, query)
        # Both before ReturnGO is asked: what is changed meanwhile may be missing in the answer.
        now, last = bridge().clock.now(), bridge().deeds.last(connection.id)
        if not request.cache_control.no_cache:
            with self._lock:
                kept = self._kept.get(question)
            if kept and kept.last == last and timedelta() <= now - kept.at < KEPT_FOR:
                response = Response(kept.body, content_type=kept.content_type)
                response.headers[AGE] = str(int((now - kept.at).total_seconds()))
                return response
        response = ask()
        if last is not None:
            body, kind = response.get_data(), response.content_type
            with self._lock:
                self._kept.pop(question, None)
                with suppress(ValueError):  # it is larger than all that may be kept
                    self._kept[question] = _Answer(len(query), body, kind, now, last)
        return response
