"""How calls may be spent: as the bridge does, and as it did before, to compare the two."""

from datetime import timedelta
from enum import Enum
from typing import Any

from connector.budget import Balance
from connector.feed.pace.demand import Demand
from connector.feed.pace.pace import NextLook, Pace
from connector.feed.pace.wait import Reason, Wait
from connector.feed.pace.webhook_health import look_age
from connector.feed.reading import policy
from connector.feed.reading.remembered import Remembered, RememberedRmas
from connector.feed.streams.interests import Wanted
from connector.feed.streams.stream import Stream

FOR_LISTS = 1 / 2
FOR_LOOKS = 1 / 4


class EvenPace(Pace):
    """Gives half of the calls to the lists, a quarter to looks, and each as often as any other."""

    def watch_of(self, stream: Stream, wanted: Wanted) -> NextLook:
        even = look_age(stream, wanted, self.watch(stream.key_id), self._clock.now())
        return lambda _: even

    def _paced(self, _key_id: str, _stream_id: int, target: timedelta) -> Wait:
        return Wait(target, Reason.CALLS).at_least(self._shortest, Reason.FRESHNESS)

    def _for_lists(self, _key_id: str, balance: Balance, demand: Demand) -> float:
        return balance.for_background * (FOR_LISTS if demand.beyond_lists else 1)

    def _for_looks(self, _key_id: str, balance: Balance) -> float:
        return balance.for_background * FOR_LOOKS


class NothingRemembered(RememberedRmas):
    """Knows of no RMA, so that each is asked for whenever it is shown."""

    def of(self, *_: Any) -> Remembered | None:
        return None


class Spending(Enum):
    """By which rules calls are spent."""

    EVENLY = policy.Policy(pace=EvenPace, remembered=NothingRemembered)
    BY_NEWS = policy.BY_NEWS
