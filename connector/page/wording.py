"""Words and figures as people read them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connector.web.context import bridge

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds


def span(seconds: float) -> str:
    """Say how long something is: `4 min`, `3 h 10 min`, `2 days`."""
    whole = int(abs(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < DAY:
        minutes = whole % HOUR // MINUTE
        return f"{whole // HOUR} h {minutes} min" if minutes else f"{whole // HOUR} h"
    days = whole // DAY
    return "1 day" if days == 1 else f"{days} days"


def ago(moment: datetime | None) -> str:
    """Say how long ago something was, or in how long it is; `never` for None."""
    if moment is None:
        return "never"
    seconds = (bridge().clock.now() - moment).total_seconds()
    return f"{span(seconds)} ago" if seconds >= 0 else f"in {span(seconds)}"


def utc(moment: datetime | None) -> str:
    """Write a moment as `2026-01-31 09:05 UTC`."""
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def second(moment: datetime) -> str:
    """Write a moment as `2026-01-31 09:05:59 UTC`."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def number(value: float) -> str:
    """Write a number with a comma between thousands."""
    return f"{value:,.0f}"


FILTERS: dict[str, Callable[..., Any]] = {
    "span": span,
    "ago": ago,
    "utc": utc,
    "second": second,
    "number": number,
}
"""What the templates call them."""
