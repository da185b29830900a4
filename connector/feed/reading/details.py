"""Details: what a list row does not tell costs one call an RMA, shared by all its events."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from connector.backoff import Backoff
from connector.clock import Clock
from connector.feed.changes.of_details import is_behind
from connector.feed.changes.resources import SOURCES
from connector.feed.log.writer import Writer
from connector.feed.pace.pace import Pace
from connector.feed.pace.webhook_health import is_trusted, was_silent
from connector.feed.reading.ingest import RmaIngest
from connector.feed.reading.reading import Reading
from connector.feed.reading.whole import read_whole
from connector.feed.streams.interests import Interests
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.streams import Streams
from connector.feed.streams.tracked import Tracked
from connector.returngo import BadRequest, NotFound, Unavailable
from connector.store import Store

# So many RMAs that cannot be shown, one after the other: then it is ReturnGO that is down.
DOWN_AFTER = 3
# A first reading waits so many tries for each RMA: what comes later looks like news.
TRIES_BEFORE_READY = 3
DETAILS_RETRIES = Backoff.doubling(timedelta(minutes=1), timedelta(hours=6))
# How long an RMA may be unknown (perhaps it is late to appear) or unreadable. Time alone says
# little: where polls come rarely, two tries may lie days apart.
UNKNOWN_FOR = timedelta(days=1)
UNREADABLE_FOR = timedelta(days=2)
TRIES_BEFORE_GIVEN_UP = 8

log = structlog.get_logger()


@dataclass(frozen=True)
class DetailsReader:
    """Completes the events that wait, and follows what only details tell."""

    store: Store
    streams: Streams
    interests: Interests
    tracked: TrackedThings
    writer: Writer
    ingest: RmaIngest
    pace: Pace
    clock: Clock

    def run(self, reading: Reading) -> datetime | None:
        """Read what is due, and what could not be shown before at the end.

        One RMA that ReturnGO cannot show holds up nothing else: it is tried again later. Return
        when to go on with a first reading that could not show all, else None. Raises ReturnGOError
        when ReturnGO is down, LeaseLost, StoreUnavailable.
        """
        since = reading.stream.age(self.clock.now()) or timedelta()
        reading = reading.at(self.streams.get(reading.stream.id))
        stream, wanted = reading.stream, reading.wanted
        is_first = self._is_first(reading)
        if SOURCES[stream.resource].has_details:
            self._call_up(reading)
            self._read_due(reading, since, is_first=is_first)
        if not is_first:
            return None
        unseen_until = self.tracked.postponed_until(stream, tries=TRIES_BEFORE_READY)
        if unseen_until is None:
            with self.store.write() as database:
                reading.lease.update(database, self.clock.now())
                self.interests.ready(database, stream.id, wanted)
        return unseen_until

    def _call_up(self, reading: Reading) -> None:
        now, stream, wanted = self.clock.now(), reading.stream, reading.wanted
        with self.store.write() as database:
            reading.lease.update(database, now)
            self.writer.drop_unwanted(database, stream, wanted.kinds, now - self.interests.reach)
            self.tracked.call_up(database, stream, wanted, now)

    def _read_due(self, reading: Reading, since: timedelta, *, is_first: bool) -> None:
        stream = reading.stream
        due = self.tracked.due(stream, reading.wanted, self.clock.now())
        if not due:
            return
        today = self.pace.today(stream.key_id)
        most = math.inf if is_first else today.details
        failed_in_a_row = 0
        for rma in self._chosen(reading, due, today.looks(since)):
            most -= 1
            if most < 0:
                return
            try:
                self._read(reading, rma)
                failed_in_a_row = 0
            except (NotFound, BadRequest):
                self._postpone(reading, rma, is_unknown=True)
            except Unavailable:
                self._postpone(reading, rma, is_unknown=False)
                failed_in_a_row += 1
                if failed_in_a_row == DOWN_AFTER:
                    raise

    def _chosen(self, reading: Reading, due: Iterable[Tracked], looks: int) -> Iterator[Tracked]:
        """Choose what is worth a call; of what is only looked at again, so many `looks`."""
        stream, wanted = reading.stream, reading.wanted
        waiting = self.writer.waiting(stream, wanted.kinds)
        for rma in due:
            has_left = rma.left_at is not None and wanted.wants_statuses
            if rma.resource_id not in waiting and not has_left:
                if not wanted.is_active:
                    continue
                if not rma.has_moved and rma.watched_from is not None:
                    looks -= 1
                    if looks < 0:
                        continue
            yield rma

    def _is_first(self, reading: Reading) -> bool:
        """Whether somebody waits to be shown anything; then all is read that it takes."""
        with self.store.read() as database:
            return not self.interests.are_ready(database, reading.stream.id, reading.wanted)

    def _read(self, reading: Reading, rma: Tracked) -> None:
        stream, wanted = reading.stream, reading.wanted
        details = read_whole(reading.returngo, rma.resource_id)
        if is_behind(details, rma.shipments) and not rma.tries:
            raise Unavailable(f"ReturnGO shows an old shipment of RMA {rma.resource_id}.")
        today = self.pace.today(stream.key_id)
        next_look = today.watch_of(stream, wanted)
        now = self.clock.now()
        with self.store.write() as database:
            reading.lease.update(database, now)
            taken = self.ingest.details(
                database, stream, rma, details, wanted, now, next_look=next_look
            )
            if is_trusted(stream, now) and was_silent(taken.dated, now):
                log.warning("feed.webhooks_silent", stream=stream.id, shop=stream.shop)
                reading.lease.update(database, now, missed_at=now)
                self.tracked.hasten(database, stream, now + today.watch())

    def _postpone(self, reading: Reading, rma: Tracked, *, is_unknown: bool) -> None:
        """Let an RMA be tried again later, or give it up when that went on for too long.

        Its events go on waiting: once a list shows that it has moved, it is tried again.
        """
        stream = reading.stream
        now = self.clock.now()
        since = rma.unknown_since if is_unknown else rma.failing_since
        longest = UNKNOWN_FOR if is_unknown else UNREADABLE_FOR
        tries = rma.tries + 1
        is_over = tries >= TRIES_BEFORE_GIVEN_UP and since is not None and since < now - longest
        if is_over:
            log.error("feed.gave_up", shop=stream.shop, resource_id=rma.resource_id)
        with self.store.write() as database:
            reading.lease.update(database, now)
            failing = replace(
                rma,
                due_at=None if is_over else now + DETAILS_RETRIES.after(tries),
                tries=tries,
                failing_since=rma.failing_since or now,
                unknown_since=rma.unknown_since or (now if is_unknown else None),
            )
            self.tracked.note_failure(database, stream, failing)
