"""Reading `Retry-After` (RFC 9110, 10.2.3): seconds, or a date."""

import re
from datetime import datetime

from connector.http_date import read_http_date

_SECONDS = re.compile(r"\s*[0-9]{1,9}\s*")


def read_retry_after(header: str | None, now: datetime) -> float | None:
    """Return how many seconds from `now` to wait, 0 for a date that has passed.

    Without the header, or with one that is not understood: None.
    """
    if header and _SECONDS.fullmatch(header):
        return float(header)
    moment = read_http_date(header)
    return None if moment is None else max(0.0, (moment - now).total_seconds())
