"""Calls to the bridge, each with the token of the one who asks."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests
import simplejson

CONNECT_SECONDS = 5.0
# An action may take 35 seconds; a poll, a search and their queue take less.
ANSWER_SECONDS = 60.0
REQUEST_ID = "X-Request-Id"


class BridgeAway(Exception):
    """The bridge did not answer."""


@dataclass(frozen=True)
class Call:
    """One call of the bridge's HTTP; `query` or `body` is what it takes.

    One that changes something carries a `key`, under which it is done once.
    """

    method: str
    path: str
    query: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    key: str | None = None


@dataclass(frozen=True)
class Caller:
    """One who asks: the `token`, and the addresses that proxies have noted of the way here."""

    token: str
    forwarded_for: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the bridge answered: its `text` as it came, so that no figure is rounded."""

    status: int
    text: str
    request_id: str
    is_replay: bool = False
    retry_after: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether it is what was asked for, and no problem."""
        return self.status < HTTPStatus.BAD_REQUEST

    @property
    def sentence(self) -> str:
        """Say what the bridge says of a problem."""
        try:
            detail = simplejson.loads(self.text)["detail"]
        except (ValueError, KeyError, TypeError):
            return f"The bridge answered {self.status} without a reason."
        return str(detail)


class BridgeCalls:
    """Calls one bridge, from any number of threads."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def make(self, call: Call, caller: Caller) -> Answer:
        """Make a call. Raises BridgeAway."""
        request_id = f"mcp-{secrets.token_hex(12)}"
        headers = {"Authorization": f"Bearer {caller.token}", REQUEST_ID: request_id}
        if caller.forwarded_for is not None:
            headers["X-Forwarded-For"] = caller.forwarded_for
        if call.key is not None:
            headers["Idempotency-Key"] = call.key
        try:
            with requests.Session() as session:
                session.trust_env = False  # neither a proxy nor a .netrc has a say in the token
                answer = session.request(
                    call.method,
                    f"{self._url}{call.path}",
                    params=call.query,
                    json=call.body,
                    headers=headers,
                    timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                    allow_redirects=False,
                )
        except requests.Timeout as error:
            raise BridgeAway(
                f"The bridge did not answer in time (request {request_id}). An action may have been"
                " done: ask the same again, which does nothing twice."
            ) from error
        except requests.RequestException as error:
            raise BridgeAway(
                f"The bridge cannot be reached at {self._url}: is it running, and is BRIDGE_URL"
                " where it answers?"
            ) from error
        return Answer(
            answer.status_code,
            answer.text,
            answer.headers.get(REQUEST_ID, request_id),
            is_replay=answer.headers.get("Idempotency-Replayed") == "true",
            retry_after=answer.headers.get("Retry-After"),
        )
