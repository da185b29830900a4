"""Sending one REST hook: a POST, a deadline for all of it, and what came of it."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import certifi
import urllib3
from urllib3.exceptions import HTTPError

from connector import VERSION
from connector.clock import SYSTEM_CLOCK, Clock
from connector.delivery.http.deadline import deadline
from connector.delivery.http.guard import pools
from connector.delivery.http.retry_after import read_retry_after
from connector.delivery.http.targets import TargetRefused, TargetRules, read_url

SEND_SECONDS = 15.0  # for the lookup, the connection and the answer
DRAIN_SECONDS = 1.0
LARGEST_REPLY = 16 * 1024  # bytes
HOSTS = 256
PER_HOST = 16

NOT_FOUND = 404
_SUCCESSFUL = range(200, 300)
_REDIRECTION = range(300, 400)
_HEADERS = {
    "User-Agent": f"ReturnGO-connector/{VERSION}",
    "Content-Type": "application/json",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True)
class Reply:
    """What came of one try.

    `status` is the HTTP status, if one came. `failure` says in a few words why the hook is not
    delivered, and is None when it is: after 2xx alone. It holds no path and nothing that the target
    sent. `retry_after` is in seconds. `is_timeout`: the target was too slow. `is_ours`: the bridge
    failed, and the target was not asked.
    """

    status: int | None = None
    retry_after: float | None = None
    failure: str | None = None
    is_timeout: bool = False
    is_ours: bool = False

    @property
    def is_away(self) -> bool:
        """Whether nothing answered, or what did knows of no such address."""
        return self.failure is not None and not self.is_ours and self.status in (None, NOT_FOUND)


class Sender:
    """Sends hooks. Shared by all threads of a process; to be made after a fork.

    `seconds` bounds one try, whatever the target does; `authorities` is a file of the certificate
    authorities to trust, else the public ones.
    """

    def __init__(
        self,
        rules: TargetRules,
        *,
        seconds: float = SEND_SECONDS,
        clock: Clock = SYSTEM_CLOCK,
        authorities: str | None = None,
    ) -> None:
        self._rules = rules
        self._seconds = seconds
        self._clock = clock
        self._pools = pools(rules, authorities or certifi.where(), hosts=HOSTS, per_host=PER_HOST)

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """POST `body` to `url`, once: no redirect is followed and nothing is tried again.

        Raises nothing for what a target is or does.
        """
        try:
            with deadline(self._seconds):
                return self._exchange(read_url(url, self._rules), body, headers)
        except TargetRefused as refusal:
            return Reply(failure=refusal.reason)
        except (HTTPError, http.client.HTTPException, OSError) as error:
            cause = _cause(error)
            return Reply(failure=_reason(cause), is_timeout=isinstance(cause, TimeoutError))

    def _exchange(self, target: urllib3.util.Url, body: bytes, headers: Mapping[str, str]) -> Reply:
        sent = urllib3.HTTPHeaderDict(_HEADERS)
        sent.update(headers)
        response = self._pools.urlopen(
            "POST",
            target.url,
            body=body,
            headers=sent,
            redirect=False,
            retries=False,
            timeout=self._seconds,
            preload_content=False,
            decode_content=False,
        )
        _drain(response)
        return Reply(
            response.status,
            read_retry_after(response.headers.get("Retry-After"), self._clock.now()),
            _refusal(response.status),
        )

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._pools.clear()


def _drain(response: urllib3.BaseHTTPResponse) -> None:
    """Read a short body, so that its connection serves again; end the connection of another.

    The status is the answer: what is wrong with the body is nothing to us.
    """
    left = LARGEST_REPLY
    try:
        with deadline(DRAIN_SECONDS):
            # Undecoded, for a few KB can unfold to gigabytes.
            while left > 0 and (chunk := response.read1(left, decode_content=False)):
                left -= len(chunk)
    except (HTTPError, http.client.HTTPException, OSError):
        left = 0
    if left <= 0:
        response.close()
    response.release_conn()


def _refusal(status: int) -> str | None:
    if status in _SUCCESSFUL:
        return None
    return "redirected" if status in _REDIRECTION else f"answered {status}"


def _cause(error: BaseException) -> BaseException:
    """Find the error that urllib3 has wrapped."""
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return TimeoutError()
    inner = next((each for each in error.args if isinstance(each, BaseException)), None)
    return error if inner is None else _cause(inner)


def _reason(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS certificate refused: {error.verify_message}"
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return "not an HTTP answer"


_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (TimeoutError, "timed out"),
    (ssl.SSLError, "TLS failed"),
    (ConnectionRefusedError, "connection refused"),
    (http.client.RemoteDisconnected, "closed without an answer"),
    (ConnectionError, "connection reset"),
    (OSError, "unreachable"),
)
