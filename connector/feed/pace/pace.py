"""How old the feed may grow before ReturnGO is asked again, given what is left of the day."""

import math
from datetime import timedelta

from connector.budget import Balance, Budget
from connector.clock import Clock
from connector.feed.pace.demand import Demand, Demands
from connector.feed.pace.webhook_health import is_trusted, list_age, look_age
from connector.feed.streams.interests import Interests, Wanted
from connector.feed.streams.stream import Stream
from connector.returngo import DayQuotaReached

# What only details tell is looked for so many times less often than what lists tell.
SLOWER = 5
MOST_FOR_RMAS = 20
# One of so many of the day's calls is for them, where things are watched.
OF_LISTS = 2
OF_LOOKS = 4
DAY = timedelta(days=1)
# Of a day's calls, for what is left of the day: polls stay fresh while other work is done.
KEPT_FOR_POLLS = 0.25


def freshness_target(balance: Balance, *, shares: int, shortest: timedelta) -> timedelta:
    """Return the age at which something is to be read again.

    The calls left for reading are spread evenly over what is left of the day and over the `shares`
    among which they are divided; never more often than `shortest`.
    """
    left = timedelta(seconds=balance.resets_in)
    if balance.for_background == 0:
        return left
    return max(shortest, left * shares / balance.for_background)


class Pace:
    """Divides a key's calls, the more so where things are watched.

    Half is for the lists then, and a quarter for looking again at what is watched. A quarter is
    promised to nobody: what the lists show to have moved is read at once, and those calls would be
    missing in the evening. Where more has moved than the day's calls can tell of, half is for the
    lists and half for that. `shortest` is how long a list counts as fresh at least.
    """

    def __init__(
        self,
        budget: Budget,
        demands: Demands,
        interests: Interests,
        clock: Clock,
        *,
        shortest: timedelta,
    ) -> None:
        self._budget = budget
        self._demands = demands
        self._interests = interests
        self._clock = clock
        self._shortest = shortest

    def lists(self, key_id: str, balance: Balance | None = None) -> timedelta:
        """Return after how long a list is to be read again; `balance` is the key's, if known."""
        return self._lists(balance or self._budget.balance(key_id), self._demands.of(key_id))

    def list_of(self, stream: Stream, target: timedelta) -> timedelta:
        """Return after how long this list is to be read again, where others are after `target`."""
        now = self._clock.now()
        if not is_trusted(stream, now):
            return target
        return list_age(stream, self._interests.wanted(stream.id), target, now)

    def watch(self, key_id: str, *, more: int = 0) -> timedelta:
        """Return after how long a thing that is watched is to be read again.

        `more` are about to be watched, too. Tomorrow there are calls again, so that it is never
        longer than what is left of this day and what a whole one takes.
        """
        watched = self._demands.watched(key_id) + more
        return self._watch(self._budget.balance(key_id), watched)

    def watch_of(self, stream: Stream, wanted: Wanted) -> timedelta:
        """Return after how long a thing of this stream that is watched is to be read again."""
        return look_age(stream, wanted, self.watch(stream.key_id), self._clock.now())

    def looks(self, key_id: str) -> int:
        """Return how many watched things of a stream may be read in one go.

        As many as it takes to leave none behind, as long as the quarter lasts until midnight.
        """
        balance, demand = self._budget.balance(key_id), self._demands.of(key_id)
        watched = self._demands.watched(key_id)
        lists = self._lists(balance, demand)
        enough = watched * (lists / self._watch(balance, watched))
        streams = max(1, demand.streams)
        part_of_day = lists / timedelta(seconds=max(1, balance.resets_in))
        affordable = balance.for_background * part_of_day / (OF_LOOKS * streams)
        return max(1, math.ceil(min(enough, affordable)))

    def details(self, key_id: str) -> int:
        """Return how many details of a stream may be read in one go, for whatever reason.

        What the lists get of a day that is spent evenly stays theirs until midnight. The rest is
        divided, so that a stream where much waits leaves the others some.
        """
        balance = self._budget.balance(key_id)
        even = balance.limit * (timedelta(seconds=balance.resets_in) / DAY)
        spare = max(0, balance.for_background - even / OF_LISTS)
        return math.ceil(spare / max(1, self._demands.of(key_id).streams))

    def calls_for_rmas(self, key_id: str) -> int:
        """Return how many calls finding the RMAs of one page of transactions is worth."""
        return min(MOST_FOR_RMAS, self._budget.balance(key_id).for_background // 50)

    def _lists(self, balance: Balance, demand: Demand) -> timedelta:
        shares = demand.pages * (OF_LISTS if demand.beyond_lists else 1)
        return freshness_target(balance, shares=shares, shortest=self._shortest)

    def _watch(self, balance: Balance, watched: int) -> timedelta:
        shares = OF_LOOKS * max(1, watched)
        target = freshness_target(balance, shares=shares, shortest=self._shortest * SLOWER)
        return min(target, timedelta(seconds=balance.resets_in) + DAY * shares / balance.limit)


def spare_call(budget: Budget, key_id: str) -> None:
    """Check that there is a call to spare. Raises DayQuotaReached when polls need those left."""
    balance = budget.balance(key_id)
    kept = balance.limit * KEPT_FOR_POLLS * (timedelta(seconds=balance.resets_in) / DAY)
    if balance.for_background <= kept:
        raise DayQuotaReached(
            "The calls that are left today are kept for polls and actions.",
            retry_after=balance.resets_in,
        )
