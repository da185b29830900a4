"""Rhythm: how much news a list is expected to bring now, learnt from the log of its shop.

What a shop's events say of the hour of the day and of the day of the week is held against a flat
guess, which counts for as much as a few events: a new shop has nothing else.
"""

import math
import threading
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from cachetools import LRUCache
from sqlalchemy import func, select

from connector.blocks import Resource
from connector.clock import Clock
from connector.feed.pace.wait import Reason, Wait
from connector.store import Store
from connector.store.tables import event, stream

DAY = timedelta(days=1)
NEAR = 1  # hours before and after, which tell of an hour as well
LEARNT_FROM = 1000  # the newest events of a list
# The flat guess: so many events within a day, and what they count beside those of an hour.
GUESSED = 24
GUESS = 8.0
# A rhythm of weeks is told from chance after some of them.
WEEKS = 2
KEPT = 1024
MOST_UNEVEN = 3
EVENTS_A_READING = 2  # of an RMA: a parcel comes with its status, one look shows several
# With two thousand calls a day, a list that brings a hundred events a day is worth one every five
# minutes, one that brings twenty-five every ten. It goes by the root: to show an event in half the
# time takes twice the calls.
WORTH = timedelta(minutes=50)
LONGEST_QUIET = timedelta(minutes=10)
LEARNT_AFTER = timedelta(days=2)  # the first day of a log is what there was before
ACTIVE_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Expected:
    """What is expected of a list: so many events a day, at the pace of this hour.

    `later` is the pace of the hours until midnight UTC, this one among them, where it is known.
    Where `is_new`, its log is too short to have taught anything.
    """

    rate: float
    is_new: bool
    resource: Resource = Resource.RMAS
    later: float | None = None


@dataclass(frozen=True)
class Rhythm:
    """What is expected of each list of a key that is read, by the id of its stream."""

    lists: Mapping[int, Expected]

    @property
    def of_rmas(self) -> int:
        """Return how many of the lists are of RMAs."""
        return sum(each.resource is Resource.RMAS for each in self.lists.values())

    def details(self, span: timedelta) -> float | None:
        """Return how many RMAs will have to be read until midnight, None if that is unknown.

        Midnight is a `span` away.
        """
        known = [each for each in self.lists.values() if not each.is_new]
        if not known:
            return None
        rmas = sum(
            each.rate if each.later is None else each.later
            for each in known
            if each.resource is Resource.RMAS
        )
        return rmas * (span / DAY) / EVENTS_A_READING

    def wait(self, stream_id: int, even: timedelta, *, worth: float) -> Wait:
        """Return after how long to read a list, where all have calls for one every `even` time.

        The calls are the same, and news is shown soonest, if lists are read as often as the root of
        their news. Where little news is to be expected, a call is not spent on it: one is `worth`
        what it brings, 1 with the usual limit of the day.
        """
        own = self.lists.get(stream_id)
        if own is None:
            return Wait(even, Reason.CALLS)
        roots = [math.sqrt(each.rate) for each in self.lists.values()]
        uneven = sum(roots) / len(roots) / math.sqrt(own.rate)
        wait = even * min(MOST_UNEVEN, max(1 / MOST_UNEVEN, uneven))
        quiet = min(WORTH * worth / math.sqrt(own.rate), LONGEST_QUIET)
        if own.is_new or quiet <= wait:
            return Wait(wait, Reason.CALLS)
        return Wait(quiet, Reason.QUIET)


class Rhythms:
    """Learns the rhythms of keys, anew each hour; safe among threads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: LRUCache[Hashable, Rhythm] = LRUCache(KEPT)
        self._lock = threading.Lock()

    def of(self, key_id: str) -> Rhythm:
        """Return what to expect of a key's lists in this hour. Raises StoreUnavailable."""
        hour = self._clock.now().replace(minute=0, second=0, microsecond=0)
        with self._lock:
            known = self._known.get((key_id, hour))
        if known is None:
            known = self._learn(key_id, hour)
            with self._lock:
                self._known[key_id, hour] = known
        return known

    def _learn(self, key_id: str, hour: datetime) -> Rhythm:
        with self._store.read() as database:
            lists = database.execute(
                select(stream.c.id, stream.c.baseline_from, stream.c.resource).where(
                    stream.c.key_id == key_id, stream.c.asked_at > hour - ACTIVE_FOR
                )
            ).all()
            expectations = {}
            for each in lists:
                newest = (
                    select(func.coalesce(event.c.occurred_at, event.c.recorded_at))
                    .where(event.c.stream_id == each.id, event.c.seq.is_not(None))
                    .order_by(event.c.seq.desc())
                    .limit(LEARNT_FROM)
                )
                times = database.execute(newest).scalars().all()
                habit = habit_of(times, hour, since=each.baseline_from)
                expectations[each.id] = Expected(
                    habit.at(hour.hour),
                    each.baseline_from > hour - LEARNT_AFTER,
                    Resource(each.resource),
                    later=fmean(habit.at(later) for later in range(hour.hour, 24)),
                )
        return Rhythm(expectations)


@dataclass(frozen=True)
class Habit:
    """How many events a day a list brought, `flat`, and how many in each hour of the day (UTC)."""

    flat: float
    of_hours: Mapping[int, int]

    def at(self, hour: int) -> float:
        """Return how many events a day are to be expected at the pace of an hour."""
        near = sum(self.of_hours.get((hour + step) % 24, 0) for step in range(-NEAR, NEAR + 1))
        evenly = sum(self.of_hours.values()) * (2 * NEAR + 1) / 24
        return self.flat * _beside_guess(near, evenly)


def habit_of(times: Sequence[datetime], hour: datetime, *, since: datetime) -> Habit:
    """Learn the habit of a day of the week, that of the `hour` which begins now.

    `times` are those of the newest events, of a log that began at `since`.
    """
    past = [each for each in times if since <= each < hour]
    began = min(past, default=hour) if len(times) == LEARNT_FROM else min(since, hour)
    days = (hour - began) / DAY
    flat = (len(past) + GUESSED) / (days + 1)
    if days >= WEEKS * 7:
        same_day = sum(each.weekday() == hour.weekday() for each in past)
        flat *= _beside_guess(same_day, len(past) / 7)
    return Habit(flat, Counter(each.hour for each in past))


def _beside_guess(found: float, evenly: float) -> float:
    return (found + GUESS) / (evenly + GUESS)
