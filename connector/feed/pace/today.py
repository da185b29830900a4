"""Today: the calls that are left to a key, and how reading divides them."""

import math
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property

from connector.budget import Balance
from connector.clock import Clock
from connector.feed.pace.demand import Demand, Demands
from connector.feed.pace.looks import LookPace, Watched
from connector.feed.pace.rhythm import Rhythm
from connector.feed.pace.wait import Wait
from connector.feed.pace.webhook_health import look_age
from connector.feed.streams.interests import Wanted
from connector.feed.streams.stream import Stream
from connector.feed.streams.tracked import Tracked
from connector.store import EPOCH

# What only details tell is looked for so many times less often than what lists tell.
SLOWER = 5
MOST_FOR_RMAS = 20
# Of the day's calls, where things are watched: at most and at least for lists; for what they show
# to have moved, where nothing is known of that; and at least for looking again.
MOST_FOR_LISTS = 2 / 3
LEAST_FOR_LISTS = 3 / 10
FOR_MOVED = 1 / 5
FOR_LOOKS = 1 / 16
# Where calls are short, a change shows what is known: so much of what moves is new, and costs one.
IS_NEW = 1 / 3
# A reading makes up for so long a time in which there was none, at most: platforms poll that often.
CAUGHT_UP = timedelta(minutes=15)
DAY = timedelta(days=1)
USUAL_LIMIT = 2000  # calls a day
NextLook = Callable[[Tracked], timedelta]


def freshness_target(
    balance: Balance, *, calls: float, shares: int, shortest: timedelta
) -> timedelta:
    """Return the age at which something is to be read again.

    So many of the calls left for reading are spread evenly over what is left of the day and over
    the `shares` among which they are divided; never more often than `shortest`.
    """
    left = timedelta(seconds=balance.resets_in)
    if balance.for_background == 0:
        return left
    return max(shortest, left * (shares / calls))


class Today:
    """How one key's calls are divided, from one moment on: each figure is looked up once.

    What the lists show to have moved is read at once: it gets what the rhythm lets expect of the
    day, or those calls would be missing in the evening. Lists get what they are worth, as far as
    there are calls then, and looking again at what is watched the rest.

    `wait` says how long a list waits where all wait for as long as given. Every method raises
    StoreUnavailable.
    """

    def __init__(
        self,
        key_id: str,
        balance: Balance,
        demands: Demands,
        rhythm: Rhythm,
        clock: Clock,
        *,
        shortest: timedelta,
        wait: Callable[[int, timedelta], Wait],
    ) -> None:
        self._key_id = key_id
        self._balance = balance
        self._demands = demands
        self._rhythm = rhythm
        self._clock = clock
        self._shortest = shortest
        self._wait = wait

    @cached_property
    def _demand(self) -> Demand:
        return self._demands.of(self._key_id)

    @cached_property
    def _watched(self) -> Watched:
        return self._demands.watched(self._key_id)

    @property
    def _left(self) -> timedelta:
        return timedelta(seconds=self._balance.resets_in)

    @cached_property
    def lists(self) -> timedelta:
        """After how long each list may be read again, if all are read as often.

        See `Pace.list_of` for how often a list is read.
        """
        return freshness_target(
            self._balance,
            calls=self._for_lists,
            shares=self._demand.pages,
            shortest=timedelta(),
        )

    def watch(self, *, more: int = 0) -> timedelta:
        """Return after how long a thing that is watched is to be read again.

        `more` are about to be watched, too. Tomorrow there are calls again, so that it is never
        longer than what is left of this day and what a whole one takes.
        """
        shares = max(1, self._watched.count + more)
        shortest = self._shortest * SLOWER
        target = freshness_target(
            self._balance, calls=self._for_looks, shares=shares, shortest=shortest
        )
        tomorrow = DAY * shares / (self._balance.reading * FOR_LOOKS)
        return min(target, self._left + tomorrow)

    def watch_of(self, stream: Stream, wanted: Wanted) -> NextLook:
        """Return what says after how long a thing of this stream is to be read again."""
        paced = LookPace(self.watch(), self._watched, worth=USUAL_LIMIT / self._balance.limit)
        now = self._clock.now()
        shortest = self._shortest * SLOWER
        return lambda seen: look_age(stream, wanted, paced.after(seen, now, shortest=shortest), now)

    def looks(self, since: timedelta) -> int:
        """How many watched things of a stream may be read now, which was read so long ago.

        As many as it takes to leave none behind, as long as their part lasts until midnight; where
        that is less than one, one each second time that it is read, or less often. After a longer
        pause they take turns: the day is not spent at once.
        """
        left = max(timedelta(seconds=1), self._left)
        span = min(max(self._shortest, self.lists, min(since, CAUGHT_UP)), left)
        of_rmas = self._rhythm.of_rmas or self._demand.streams
        affordable = self._for_looks * (span / left) / max(1, of_rmas)
        enough = self._watched.count * (span / self.watch())
        if affordable >= 1:
            return math.ceil(min(max(1, enough), affordable))
        if affordable == 0:
            return 0
        turn = (self._clock.now() - EPOCH) // span
        return int(turn % math.ceil(1 / affordable) == 0)

    @property
    def details(self) -> int:
        """How many details of a stream may be read in one go, for whatever reason.

        What the lists get of a day that is spent evenly stays theirs until midnight. The rest is
        divided, so that a stream where much waits leaves the others some.
        """
        even = self._balance.reading * (self._left / DAY)
        spare = max(0, self._balance.for_background - min(even, self._for_lists))
        return math.ceil(spare / max(1, self._demand.streams))

    @property
    def is_short(self) -> bool:
        """Whether there are not enough calls to read all that will move, beside the lists."""
        rest = self._balance.for_background * (1 - LEAST_FOR_LISTS - FOR_LOOKS)
        return self._for_moved > rest

    @property
    def calls_for_rmas(self) -> int:
        """How many calls finding the RMAs of one page of transactions is worth."""
        return min(MOST_FOR_RMAS, int(self._for_looks) // 20)

    @cached_property
    def _for_lists(self) -> float:
        """How many of the calls that are left are for lists, if they are worth them."""
        calls = self._balance.for_background
        if not self._demand.beyond_lists:
            return calls
        rest = calls * (1 - FOR_LOOKS) - self._for_new
        return max(calls * LEAST_FOR_LISTS, min(calls * MOST_FOR_LISTS, rest))

    @cached_property
    def _for_moved(self) -> float:
        expected = self._rhythm.details(self._left)
        if expected is None:
            expected = self._balance.for_background * FOR_MOVED
        return expected + self._demand.waiting

    @cached_property
    def _for_new(self) -> float:
        """How many of the calls that are left what moves will really take."""
        return self._for_moved * IS_NEW if self.is_short else self._for_moved

    @cached_property
    def _for_looks(self) -> float:
        """How many of the calls that are left are for looking again."""
        most, demand = self._for_lists, self._demand
        pages = demand.pages / max(1, demand.streams)
        lists = self._rhythm.lists
        expected = sum(pages * (self._left / self._wait(each, self.lists).span) for each in lists)
        for_lists = min(most, expected) if lists else most
        calls = self._balance.for_background
        return max(calls * FOR_LOOKS, calls - self._for_new - for_lists)
