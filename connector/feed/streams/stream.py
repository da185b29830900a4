"""A stream: one resource of one shop, as far as a connection has read it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.blocks import Resource
from connector.clock import furthest
from connector.feed.streams.failure import Failure
from connector.feed.streams.lease import LOOK, is_running

# A first reading may wait for what could not be shown; that long at most.
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Stream:
    """One stream as it stands. Times are aware UTC.

    A topic of it was asked for at `topic_asked_at`; without `ready_at`, half of what there is of
    that may still be unread.
    Of RMAs, what is open was listed whole at `open_scanned_at`, on `open_pages` pages: what was not
    in it was not open at `not_open_at`, by ReturnGO's clock. `scan` counts how often that was
    begun, `scans` how often it ended since what was updated was listed. That told something of its
    own at `updates_told_at`. A webhook was the first to tell something `told_at`; `missed_at` a
    list told what none had told. What was recorded before `pruned_until` is deleted, for the most
    part. `is_cut_off` tells whether something waits to be read.
    """

    id: int
    connection: str
    key_id: str
    shop: str
    resource: Resource
    baseline_from: datetime
    since: datetime
    pass_started_at: datetime | None
    pass_next_since: datetime | None
    pass_cursor: str | None
    fresh_at: datetime | None
    updates_told_at: datetime | None
    open_started_at: datetime | None
    open_cursor: str | None
    open_date: datetime | None
    open_scanned_at: datetime | None
    not_open_at: datetime | None
    open_pages: int
    scan: int
    scans: int
    topic_asked_at: datetime | None
    ready_at: datetime | None
    asked_at: datetime
    lease_owner: str | None
    lease_until: datetime | None
    failure: Failure | None
    failures: int
    retry_at: datetime | None
    told_at: datetime | None
    missed_at: datetime | None
    pruned_until: datetime | None
    is_cut_off: bool

    @property
    def news_from(self) -> datetime:
        """Return from when on what happens is news: what is older may have been deleted."""
        if self.pruned_until is None:
            return self.baseline_from
        return max(self.baseline_from, self.pruned_until)

    def is_leased(self, now: datetime) -> bool:
        """Whether somebody is reading it now."""
        return is_running(self.lease_until, now)

    def waits(self, now: datetime) -> bool:
        """Whether ReturnGO is left alone until `retry_at`."""
        return self.retry_at is not None and now < self.retry_at <= furthest(now, LONGEST_WAIT)

    def is_set_back(self, now: datetime) -> bool:
        """Whether the clock was ahead when the stream was read last, and is set back since."""
        return self.fresh_at is not None and self.fresh_at > furthest(now, timedelta())

    def age(self, now: datetime) -> timedelta | None:
        """Return how long ago it was read, or None if it never was, or by a wrong clock."""
        if self.fresh_at is None or self.is_set_back(now):
            return None
        return max(now - self.fresh_at, timedelta())

    def is_ahead(self, now: datetime) -> bool:
        """Whether it was begun by a clock that was wrong: its windows lie in the future."""
        return max(self.baseline_from, self.since) > furthest(now, timedelta())

    def is_listed(self, now: datetime) -> bool:
        """Whether somebody reads it now, beyond looking at what hints name."""
        return self.is_leased(now) and not str(self.lease_owner).startswith(LOOK)
