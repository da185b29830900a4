"""How old the feed may grow before ReturnGO is asked again, given what is left of the day."""

import math
from collections.abc import Callable
from datetime import timedelta

from connector.budget import Balance, Budget
from connector.clock import Clock
from connector.feed.pace.demand import Demand, Demands
from connector.feed.pace.looks import LookPace
from connector.feed.pace.rhythm import Rhythms
from connector.feed.pace.wait import Reason, Wait
from connector.feed.pace.webhook_health import are_told, is_trusted, look_age
from connector.feed.streams.interests import Interests, Wanted
from connector.feed.streams.stream import Stream
from connector.feed.streams.tracked import Tracked
from connector.returngo import DayQuotaReached
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
DAY = timedelta(days=1)
CEILING = timedelta(hours=1)
USUAL_LIMIT = 2000  # calls a day
NextLook = Callable[[Tracked], timedelta]
# Of a day's calls, for what is left of the day: polls stay fresh while other work is done.
KEPT_FOR_POLLS = 0.25


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


class Pace:
    """Divides a key's calls, the more so where things are watched.

    What the lists show to have moved is read at once: it gets what the rhythm lets expect of the
    day, or those calls would be missing in the evening. Lists get what they are worth, as far as
    there are calls then, and looking again at what is watched the rest. `shortest` is how long a
    list counts as fresh at least, `ceiling` how old it may grow as long as there are calls.
    """

    def __init__(
        self,
        budget: Budget,
        demands: Demands,
        interests: Interests,
        rhythms: Rhythms,
        clock: Clock,
        *,
        shortest: timedelta,
        ceiling: timedelta = CEILING,
    ) -> None:
        self._budget = budget
        self._demands = demands
        self._interests = interests
        self._rhythms = rhythms
        self._clock = clock
        self._shortest = shortest
        self._ceiling = ceiling

    def lists(self, key_id: str, balance: Balance | None = None) -> timedelta:
        """Return after how long each list may be read again, if all are read as often.

        `balance` is the key's, if known. See `list_of` for how often a list is read.
        """
        return self._lists(
            key_id, balance or self._budget.balance(key_id), self._demands.of(key_id)
        )

    def list_of(self, stream: Stream, target: timedelta) -> timedelta:
        """Return after how long this list is to be read again, where all are after `target` evenly.

        More news, more calls; where little is to be expected, a call is not spent for nothing. It
        is never older than the ceiling, as long as the day's calls last.
        """
        return self.wait_of(stream, target).span

    def wait_of(self, stream: Stream, target: timedelta) -> Wait:
        """Return how long this list waits, and why; see `list_of`."""
        now = self._clock.now()
        own = self._paced(stream.key_id, stream.id, target)
        if is_trusted(stream, now) and are_told(self._interests.wanted(stream.id).topics):
            return own.at_least(self._ceiling, Reason.WEBHOOKS)
        return own

    def _paced(self, key_id: str, stream_id: int, target: timedelta) -> Wait:
        worth = USUAL_LIMIT / self._budget.daily
        own = self._rhythms.of(key_id).wait(stream_id, target, worth=worth)
        affordable = own.at_most(max(self._ceiling, target), Reason.CEILING)
        return affordable.at_least(self._shortest, Reason.FRESHNESS)

    def watch(self, key_id: str, *, more: int = 0) -> timedelta:
        """Return after how long a thing that is watched is to be read again.

        `more` are about to be watched, too. Tomorrow there are calls again, so that it is never
        longer than what is left of this day and what a whole one takes.
        """
        watched = self._demands.watched(key_id).count + more
        return self._watch(key_id, watched)

    def watch_of(self, stream: Stream, wanted: Wanted) -> "NextLook":
        """Return what says after how long a thing of this stream is to be read again."""
        watched = self._demands.watched(stream.key_id)
        even = self._watch(stream.key_id, watched.count)
        paced = LookPace(even, watched)
        now = self._clock.now()
        shortest = self._shortest * SLOWER
        return lambda seen: look_age(stream, wanted, paced.after(seen, now, shortest=shortest), now)

    def looks(self, key_id: str) -> int:
        """Return how many watched things of a stream may be read now.

        As many as it takes to leave none behind, as long as their part lasts until midnight; where
        that is less than one, one each second time that a list may be read, or less often.
        """
        balance, demand = self._budget.balance(key_id), self._demands.of(key_id)
        lists = max(self._shortest, self._lists(key_id, balance, demand))
        part_of_day = lists / timedelta(seconds=max(1, balance.resets_in))
        of_rmas = self._rhythms.of(key_id).of_rmas or demand.streams
        affordable = self._for_looks(key_id, balance) * part_of_day / max(1, of_rmas)
        enough = self._demands.watched(key_id).count * (lists / self.watch(key_id))
        if affordable >= 1:
            return math.ceil(min(max(1, enough), affordable))
        if affordable == 0:
            return 0
        turn = (self._clock.now() - EPOCH) // lists
        return int(turn % math.ceil(1 / affordable) == 0)

    def details(self, key_id: str) -> int:
        """Return how many details of a stream may be read in one go, for whatever reason.

        What the lists get of a day that is spent evenly stays theirs until midnight. The rest is
        divided, so that a stream where much waits leaves the others some.
        """
        balance = self._budget.balance(key_id)
        demand = self._demands.of(key_id)
        even = balance.reading * (timedelta(seconds=balance.resets_in) / DAY)
        spare = max(0, balance.for_background - min(even, self._for_lists(key_id, balance, demand)))
        return math.ceil(spare / max(1, demand.streams))

    def is_short(self, key_id: str) -> bool:
        """Whether there are not enough calls today to read all that will move, beside the lists."""
        balance = self._budget.balance(key_id)
        moved = self._for_moved(key_id, balance, self._demands.of(key_id))
        return moved > balance.for_background * (1 - LEAST_FOR_LISTS - FOR_LOOKS)

    def calls_for_rmas(self, key_id: str) -> int:
        """Return how many calls finding the RMAs of one page of transactions is worth."""
        balance = self._budget.balance(key_id)
        return min(MOST_FOR_RMAS, int(self._for_looks(key_id, balance)) // 20)

    def _lists(self, key_id: str, balance: Balance, demand: Demand) -> timedelta:
        calls = self._for_lists(key_id, balance, demand)
        return freshness_target(balance, calls=calls, shares=demand.pages, shortest=timedelta())

    def _for_lists(self, key_id: str, balance: Balance, demand: Demand) -> float:
        """Return how many of the calls that are left are for lists, if they are worth them."""
        calls = balance.for_background
        if not demand.beyond_lists:
            return calls
        rest = calls * (1 - FOR_LOOKS) - self._for_moved(key_id, balance, demand)
        return max(calls * LEAST_FOR_LISTS, min(calls * MOST_FOR_LISTS, rest))

    def _for_moved(self, key_id: str, balance: Balance, demand: Demand) -> float:
        left = timedelta(seconds=balance.resets_in)
        expected = self._rhythms.of(key_id).details(left)
        if expected is None:
            expected = balance.for_background * FOR_MOVED
        return expected + demand.waiting

    def _for_looks(self, key_id: str, balance: Balance) -> float:
        """Return how many of the calls that are left are for looking again."""
        demand = self._demands.of(key_id)
        most = self._for_lists(key_id, balance, demand)
        even = freshness_target(balance, calls=most, shares=demand.pages, shortest=timedelta())
        pages = demand.pages / max(1, demand.streams)
        left = timedelta(seconds=balance.resets_in)
        lists = self._rhythms.of(key_id).lists
        expected = sum(pages * (left / self._paced(key_id, each, even).span) for each in lists)
        for_lists = min(most, expected) if lists else most
        calls = balance.for_background
        rest = calls - self._for_moved(key_id, balance, demand) - for_lists
        return max(calls * FOR_LOOKS, rest)

    def _watch(self, key_id: str, watched: int) -> timedelta:
        balance = self._budget.balance(key_id)
        calls = self._for_looks(key_id, balance)
        shares = max(1, watched)
        shortest = self._shortest * SLOWER
        target = freshness_target(balance, calls=calls, shares=shares, shortest=shortest)
        tomorrow = DAY * shares / (balance.reading * FOR_LOOKS)
        return min(target, timedelta(seconds=balance.resets_in) + tomorrow)


def spare_call(budget: Budget, key_id: str) -> None:
    """Check that there is a call to spare. Raises DayQuotaReached when polls need those left."""
    balance = budget.balance(key_id)
    kept = balance.reading * KEPT_FOR_POLLS * (timedelta(seconds=balance.resets_in) / DAY)
    if balance.for_background <= kept:
        raise DayQuotaReached(
            "The calls that are left today are kept for polls and actions.",
            retry_after=balance.resets_in,
        )
