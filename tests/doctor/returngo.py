"""A ReturnGO that differs from the sandbox in one way or another."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
import urllib3

from tests.stand_ins import WsgiAdapter

Query = list[tuple[str, str]]


@dataclass
class Differences:
    """What is done to each question (`ask`) and each good answer (`answer`, by its path)."""

    ask: Callable[[str, Query], Query] = lambda _, query: query
    answer: Callable[[str, Any], Any] = lambda _, document: document
    headers: dict[str, str] = field(default_factory=dict)


class Different(WsgiAdapter):
    """Carries requests to the sandbox, and answers back, with differences."""

    def __init__(self, app: Any, differences: Differences) -> None:
        super().__init__(app)
        self._differences = differences

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        query = self._differences.ask(parts.path, parse_qsl(parts.query))
        request.url = urlunsplit(parts._replace(query=urlencode(query)))
        answer = super().send(request)
        body = answer.raw.read()
        if answer.status_code == 200:
            body = json.dumps(self._differences.answer(parts.path, json.loads(body))).encode()
        headers = {name: each for name, each in answer.headers.items() if name != "Content-Length"}
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(body),
            headers=urllib3.HTTPHeaderDict({**headers, **self._differences.headers}),
            status=answer.status_code,
            preload_content=False,
        )
        return self.build_response(request, raw)
