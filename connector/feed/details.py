"""Details: what a list row does not tell costs one call a thing, shared by all its events."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from connector.clock import Clock
from connector.feed.intake import Intake
from connector.feed.interests import Interests, Wanted
from connector.feed.lease import Lease
from connector.feed.pace import Pace
from connector.feed.recorder import Recorder
from connector.feed.sources import SOURCES
from connector.feed.streams import Stream, Streams
from connector.feed.things import Thing, Things
from connector.returngo import BadRequest, NotFound, ReturnGO, Unavailable
from connector.store import Store

# So many things that cannot be shown, one after the other: then it is ReturnGO that is down.
DOWN_AFTER = 3
# A first reading waits so many tries for each thing: what comes later looks like news.
TRIES_BEFORE_READY = 3
SHORTEST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
# How long a thing may be unknown (perhaps it is late to appear) or unreadable. Time alone says
# little: where polls come rarely, two tries may lie days apart.
UNKNOWN_FOR = timedelta(days=1)
UNREADABLE_FOR = timedelta(days=2)
TRIES_BEFORE_GIVEN_UP = 8


class Details:
    """Completes the events that wait, and follows what only details tell."""

    def __init__(
        self,
        store: Store,
        streams: Streams,
        interests: Interests,
        things: Things,
        recorder: Recorder,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._store = store
        self._streams = streams
        self._interests = interests
        self._things = things
        self._recorder = recorder
        self._intake = Intake(things, recorder)
        self._pace = pace
        self._clock = clock

    def run(self, lease: Lease, returngo: ReturnGO, wanted: Wanted) -> datetime | None:
        """Read what is due, and what could not be shown before at the end.

        One thing that ReturnGO cannot show holds up nothing else: it is tried again later. Answers
        when a first reading is to go on that could not show all. Raises ReturnGOError when ReturnGO
        is down, LeaseLost, StoreUnavailable.
        """
        stream = self._streams.get(lease.stream_id)
        if SOURCES[stream.resource].details is not None:
            self._call_up(lease, stream, wanted)
            self._read_due(lease, returngo, stream, wanted)
        if not self._is_first(stream, wanted):
            return None
        unseen_until = self._things.postponed_until(stream, tries=TRIES_BEFORE_READY)
        if unseen_until is None:
            with self._store.write() as database:
                lease.update(database, self._clock.now())
                self._interests.ready(database, stream.id, wanted)
        return unseen_until

    def _call_up(self, lease: Lease, stream: Stream, wanted: Wanted) -> None:
        now = self._clock.now()
        with self._store.write() as database:
            lease.update(database, now)
            self._recorder.drop_unwanted(
                database, stream, wanted.kinds, now - self._interests.reach
            )
            self._things.call_up(database, stream, wanted, now)

    def _read_due(self, lease: Lease, returngo: ReturnGO, stream: Stream, wanted: Wanted) -> None:
        due = self._things.due(stream, self._clock.now())
        if not due:
            return
        most = math.inf if self._is_first(stream, wanted) else self._pace.details(stream.key_id)
        failed_in_a_row = 0
        for thing in self._chosen(stream, due, wanted):
            most -= 1
            if most < 0:
                return
            try:
                self._read(lease, returngo, stream, thing, wanted)
                failed_in_a_row = 0
            except (NotFound, BadRequest):
                self._postpone(lease, stream, thing, is_unknown=True)
            except Unavailable:
                self._postpone(lease, stream, thing, is_unknown=False)
                failed_in_a_row += 1
                if failed_in_a_row == DOWN_AFTER:
                    raise

    def _chosen(self, stream: Stream, due: Iterable[Thing], wanted: Wanted) -> Iterator[Thing]:
        """Choose what is worth a call; what is only looked at again may have to take its turn."""
        waiting = self._recorder.waiting(stream, wanted.kinds)
        looks = self._pace.looks(stream.key_id)
        for thing in due:
            if thing.resource_id not in waiting:
                if not wanted.is_active:
                    continue
                if not thing.has_moved and thing.watched_from is not None:
                    looks -= 1
                    if looks < 0:
                        continue
            yield thing

    def _is_first(self, stream: Stream, wanted: Wanted) -> bool:
        """Tell whether somebody waits to be shown anything; then all is read that it takes."""
        with self._store.read() as database:
            return not self._interests.are_ready(database, stream.id, wanted)

    def _read(
        self, lease: Lease, returngo: ReturnGO, stream: Stream, thing: Thing, wanted: Wanted
    ) -> None:
        source = SOURCES[stream.resource]
        assert source.details is not None  # what is whole is never due
        details = source.details(returngo, thing.resource_id)
        if not isinstance(details.get(source.details_key), dict):
            raise Unavailable(f"ReturnGO answered without {source.details_key}.")
        next_look = self._pace.watch_of(stream, wanted)
        now = self._clock.now()
        with self._store.write() as database:
            lease.update(database, now)
            self._intake.take_details(
                database, stream, thing, details, wanted, now, next_look=next_look
            )

    def _postpone(self, lease: Lease, stream: Stream, thing: Thing, *, is_unknown: bool) -> None:
        """Let a thing be tried again later, or give it up when that went on for too long."""
        now = self._clock.now()
        since = thing.unknown_since if is_unknown else thing.failing_since
        patience = UNKNOWN_FOR if is_unknown else UNREADABLE_FOR
        tries = thing.tries + 1
        is_over = tries >= TRIES_BEFORE_GIVEN_UP and since is not None and since < now - patience
        with self._store.write() as database:
            lease.update(database, now)
            if is_over:
                self._recorder.drop(database, stream, thing.resource_id)
                self._things.forget(database, stream, thing.resource_id)
                return
            failing = replace(
                thing,
                due_at=now + _wait(thing.tries),
                tries=tries,
                failing_since=thing.failing_since or now,
                unknown_since=thing.unknown_since or (now if is_unknown else None),
            )
            self._things.remember(database, stream, failing)


def _wait(tries: int) -> timedelta:
    doubled: timedelta = SHORTEST_RETRY * 2 ** min(tries, 10)
    return min(doubled, LONGEST_RETRY)
