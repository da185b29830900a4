"""The line to ReturnGO while doctor is at work: reads only, counted, and no more than announced."""

import re
from collections import Counter
from http import HTTPStatus

from connector.returngo import ReturnGOError, Transport
from connector.returngo.transport import RawAnswer, Request

RATE_WORDS = ("ratelimit", "rate-limit", "retry-after", "quota")
HEADER = re.compile(r"[A-Za-z][A-Za-z-]{0,59}\Z")


class CallsSpent(ReturnGOError):
    """Doctor has made as many calls as it said it would at most."""


class OnlyReads(ReturnGOError):
    """A call would have written; doctor never does."""


class Watched(Transport):
    """Passes reads on to `inner`, `most` at most, and notes how they were answered.

    `made` counts every try. Raises CallsSpent and OnlyReads beside what `inner` raises.
    """

    def __init__(self, inner: Transport, most: int) -> None:
        self._inner = inner
        self.most = most
        self.made = 0
        self.statuses: Counter[int] = Counter()
        self.headers: Counter[str] = Counter()
        """How often each header came, by its name."""
        self.refused_with_date_to_return = 0
        """How many answers of status 429 named a Retry-After."""

    def send(self, request: Request, *, seconds: float) -> RawAnswer:
        """Send a read, if one is left."""
        if request.method != "GET":
            raise OnlyReads(f"Doctor only reads; {request.method} was not sent.")
        if self.made >= self.most:
            raise CallsSpent(f"The {self.most} calls that doctor makes at most were used up.")
        self.made += 1
        raw = self._inner.send(request, seconds=seconds)
        self.statuses[raw.status] += 1
        self.headers.update(name.lower() for name in raw.headers if HEADER.match(name))
        names = {name.lower() for name in raw.headers}
        if raw.status == HTTPStatus.TOO_MANY_REQUESTS and "retry-after" in names:
            self.refused_with_date_to_return += 1
        return raw

    def rate_headers(self) -> list[str]:
        """Return the names of the headers that came and speak of limits."""
        return sorted(name for name in self.headers if any(word in name for word in RATE_WORDS))

    def close(self) -> None:
        """Close every connection."""
        self._inner.close()
