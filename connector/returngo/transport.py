"""One HTTP exchange with ReturnGO: a pool of connections, a deadline for all, a size limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import simplejson
import urllib3
from requests.adapters import HTTPAdapter

from connector.clock import SYSTEM_CLOCK, Clock
from connector.returngo.errors import TimedOut, Unavailable

CONNECT_SECONDS = 5.0
LARGEST_ANSWER = 64 * 1024 * 1024  # bytes: 500 rows of anything are far below
CHUNK_BYTES = 64 * 1024
POOL_SIZE = 64


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call, as ReturnGO's reference writes it. `query` may repeat a name."""

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class RawAnswer:
    """What came back, unread."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests to one ReturnGO. Shared by all threads of a process.

    `adapter` is the one seam for fakes: whatever requests can mount.
    """

    def __init__(
        self, base_url: str, *, clock: Clock = SYSTEM_CLOCK, adapter: HTTPAdapter | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._session = requests.Session()
        # no proxy, no .netrc, no other authorities: the key goes where the settings say, as hooks
        self._session.trust_env = False
        # what ReturnGO sets for one key must not come back with another's calls
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        pool = adapter or HTTPAdapter(pool_connections=1, pool_maxsize=POOL_SIZE, max_retries=0)
        self._session.mount(f"{self._base_url}/", pool)

    def send(self, request: Request, *, seconds: float) -> RawAnswer:
        """Send `request` and read its whole answer within `seconds`.

        Raises Unavailable or TimedOut; then a write may have happened all the same.
        """
        deadline = self._clock.now() + timedelta(seconds=seconds)
        try:
            with self._session.request(
                request.method,
                self._base_url + request.path,
                params=list(request.query),
                data=None if request.body is None else _encode(request.body),
                headers=_headers(request),
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,  # another host must never be handed the key
                stream=True,
            ) as response:
                body = bytearray()
                # read1 returns what has arrived, so that a trickle cannot outlive the deadline
                while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
                    body += chunk
                    if len(body) > LARGEST_ANSWER:
                        raise Unavailable("ReturnGO's answer is too large.")
                    if self._clock.now() > deadline:
                        raise TimedOut("ReturnGO's answer took too long to arrive.")
                return RawAnswer(response.status_code, response.headers, bytes(body))
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise TimedOut("ReturnGO did not answer in time.") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise Unavailable("The connection to ReturnGO failed.") from error

    def close(self) -> None:
        """Close every connection."""
        self._session.close()


def _encode(body: Any) -> bytes:
    return simplejson.dumps(body, use_decimal=True).encode()


def _headers(request: Request) -> dict[str, str]:
    headers = {"Accept": "application/json", **request.headers}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    return headers
