"""ReturnGO's day, 00:00 to 00:00 UTC ([A] day-is-utc), by a clock that may be wrong."""

from datetime import datetime, time, timedelta

from connector.clock import MAX_CLOCK_SKEW

DAY = timedelta(days=1)


def day_of(now: datetime) -> str:
    """Return the day of an instant, such as 2026-02-04."""
    return now.date().isoformat()


def latest_day(now: datetime) -> str:
    """Return the latest day that may have begun by the clock of some machine."""
    return day_of(now + MAX_CLOCK_SKEW)


def midnight_before(now: datetime) -> datetime:
    """Return when the day began."""
    return datetime.combine(now.date(), time(), tzinfo=now.tzinfo)


def midnight_after(now: datetime) -> datetime:
    """Return when the day ends."""
    return midnight_before(now) + DAY


def closure_from(now: datetime) -> datetime:
    """Return how long a key is closed of which ReturnGO says now that its day is spent.

    Just after midnight it may mean the day before, for a clock that is behind ours: then only
    until the clocks must agree.
    """
    midnight = midnight_after(now)
    agreed = midnight - DAY + MAX_CLOCK_SKEW
    return agreed if now < agreed else midnight


def latest_closure(now: datetime) -> datetime:
    """Return until when a key may be closed by the clock of some machine."""
    midnight = midnight_after(now)
    return midnight + MAX_CLOCK_SKEW if now + MAX_CLOCK_SKEW >= midnight else midnight
