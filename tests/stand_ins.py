"""What stands in for time, threads and the network where a test needs to decide about them."""

import io
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request as WsgiRequest

from connector.delivery import Reply, Sender

NOON = datetime(2026, 2, 4, 12, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands until somebody moves it; sleeping moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        self.advance(timedelta(seconds=seconds))

    def advance(self, span: timedelta) -> None:
        with self._lock:
            self._now += span


class AtOnce(Executor):
    """Runs what is submitted before `submit` returns."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(work(*args, **kwargs))
        return future


@dataclass
class HandSender(Sender):
    """Takes hooks instead of sending them. `reply` decides what becomes of each, by its URL."""

    reply: Callable[[str], Reply] = lambda _: Reply(status=200)
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        self.sent.append((url, body, dict(headers)))
        return self.reply(url)


class Held(Executor):
    """Keeps what is submitted until it is told to run it."""

    def __init__(self) -> None:
        self.held: list[partial[Any]] = []

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.held.append(partial(work, *args, **kwargs))
        return Future()

    def run(self) -> None:
        """Run all that is held."""
        held, self.held = self.held, []
        for work in held:
            work()


class WsgiAdapter(HTTPAdapter):
    """Carries requests to a WSGI application in this process, such as the sandbox."""

    def __init__(self, app: Any) -> None:
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        body = request.body or b""
        builder = EnvironBuilder.from_environ(
            WsgiRequest.from_values(
                request.url,
                method=request.method,
                headers=dict(request.headers),
                data=body.encode() if isinstance(body, str) else body,
            ).environ
        )
        pieces, status, headers = run_wsgi_app(self._app, builder.get_environ(), buffered=True)
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(b"".join(pieces)),
            headers=urllib3.HTTPHeaderDict(headers.items()),
            status=int(status.split()[0]),
            preload_content=False,
        )
        return self.build_response(request, raw)
