"""Exchanges with ReturnGO: noted while they happen, and answered again from the notes."""

import io
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import simplejson
import urllib3
from requests.adapters import HTTPAdapter

from tests.recordings.oddities import made_odd

Exchange = dict[str, Any]

ASKED = ("method", "path", "query", "body")
# ReturnGO's ids of calls are random; these are numbered.
REQUEST_ID = "00000000-0000-4000-8000-{:012}"


class Recording(HTTPAdapter):
    """Carries requests on by another adapter, and notes each exchange in `exchanges`."""

    def __init__(self, inner: HTTPAdapter) -> None:
        super().__init__()
        self._inner = inner
        self.exchanges: list[Exchange] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        response = self._inner.send(request)
        answer = simplejson.loads(response.raw.read(), use_decimal=True)
        exchange = {
            **_asked(request),
            "status": response.status_code,
            "headers": {
                "Date": response.headers["Date"],
                "x-amzn-requestid": REQUEST_ID.format(len(self.exchanges) + 1),
            },
            "answer": made_odd(answer),
        }
        self.exchanges.append(exchange)
        return _answer(self, request, exchange)


class Replay(HTTPAdapter):
    """Answers what was recorded, in its order; a call that differs is an AssertionError."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        super().__init__()
        self._exchanges = exchanges
        self._made = 0
        self._difference: str | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        asked = _asked(request)
        if self._made == len(self._exchanges):
            self._fail(f"Call {self._made + 1} was not recorded: {_written(asked)}.")
        exchange = self._exchanges[self._made]
        self._made += 1
        if asked != _request_of(exchange):
            self._fail(
                f"Call {self._made} differs. Recorded: {_written(_request_of(exchange))};"
                f" made: {_written(asked)}."
            )
        return _answer(self, request, exchange)

    def finish(self) -> None:
        """Fail unless the calls were the recorded ones: whoever made them may have swallowed it."""
        if self._difference is None and self._made < len(self._exchanges):
            missing = _written(_request_of(self._exchanges[self._made]))
            self._difference = f"Call {self._made + 1} was recorded, but not made: {missing}."
        if self._difference is not None:
            raise AssertionError(self._difference)

    def _fail(self, difference: str) -> None:
        self._difference = self._difference or difference
        raise AssertionError(difference)


def _asked(request: requests.PreparedRequest) -> Exchange:
    address = urlsplit(str(request.url))
    query = [list(pair) for pair in parse_qsl(address.query, keep_blank_values=True)]
    body = request.body and simplejson.loads(request.body, use_decimal=True)
    return dict(zip(ASKED, (request.method, address.path, query, body), strict=True))


def _request_of(exchange: Exchange) -> Exchange:
    return {name: exchange[name] for name in ASKED}


def _written(asked: Exchange) -> str:
    query = "&".join("=".join(pair) for pair in asked["query"])
    body = "" if asked["body"] is None else f" {simplejson.dumps(asked['body'], use_decimal=True)}"
    return f"{asked['method']} {asked['path']}{query and '?'}{query}{body}"


def _answer(
    adapter: HTTPAdapter, request: requests.PreparedRequest, exchange: Exchange
) -> requests.Response:
    body = simplejson.dumps(exchange["answer"], use_decimal=True).encode()
    raw = urllib3.HTTPResponse(
        body=io.BytesIO(body),
        headers={**exchange["headers"], "Content-Type": "application/json"},
        status=exchange["status"],
        preload_content=False,
    )
    return adapter.build_response(request, raw)
