"""How old the feed may grow before ReturnGO is asked again, given what is left of the day."""

from datetime import timedelta
from typing import ClassVar

from connector.budget import Balance, Budget
from connector.clock import Clock
from connector.feed.pace.demand import Demands
from connector.feed.pace.rhythm import Rhythms
from connector.feed.pace.today import DAY, USUAL_LIMIT, Today
from connector.feed.pace.wait import Reason, Wait
from connector.feed.pace.webhook_health import are_told, is_trusted
from connector.feed.streams.interests import Interests
from connector.feed.streams.stream import Stream
from connector.returngo import DayQuotaReached

CEILING = timedelta(hours=1)
# Of a day's calls, for what is left of the day: polls stay fresh while other work is done.
KEPT_FOR_POLLS = 0.25


class Pace:
    """Divides a key's calls, the more so where things are watched.

    `shortest` is how long a list counts as fresh at least, `ceiling` how old it may grow as long as
    there are calls.
    """

    day: ClassVar[type[Today]] = Today

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

    def today(self, key_id: str, balance: Balance | None = None) -> Today:
        """Look at what is left of a key's day; `balance` is the key's, if known."""
        return self.day(
            key_id,
            balance or self._budget.balance(key_id),
            self._demands,
            self._rhythms.of(key_id),
            self._clock,
            shortest=self._shortest,
            wait=lambda stream_id, target: self._paced(key_id, stream_id, target),
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


def spare_call(budget: Budget, key_id: str) -> None:
    """Check that there is a call to spare. Raises DayQuotaReached when polls need those left."""
    balance = budget.balance(key_id)
    kept = balance.reading * KEPT_FOR_POLLS * (timedelta(seconds=balance.resets_in) / DAY)
    if balance.for_background <= kept:
        raise DayQuotaReached(
            "The calls that are left today are kept for polls and actions.",
            retry_after=balance.resets_in,
        )
