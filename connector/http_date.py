"""Reading a date of HTTP (RFC 9110, 5.6.7), as `Date` and `Retry-After` have it."""

from datetime import UTC, datetime


def read_http_date(header: str | None) -> datetime | None:
    """Return the moment in UTC; without the header, or with one that is not understood: None."""
    from werkzeug.http import parse_date  # noqa: PLC0415 - a worker starts without it

    try:
        moment = parse_date(header)
        return moment and moment.astimezone(UTC)
    except OverflowError:  # for a year that no clock shows
        return None
