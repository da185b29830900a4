"""How calls may be spent: as the bridge does, and as it did before, to compare the two."""

from datetime import timedelta
from enum import Enum
from typing import Any

from connector.feed.pace.pace import Pace
from connector.feed.pace.today import NextLook, Today
from connector.feed.pace.wait import Reason, Wait
from connector.feed.pace.webhook_health import look_age
from connector.feed.reading import policy
from connector.feed.reading.remembered import Remembered, RememberedRmas
from connector.feed.streams.interests import Wanted
from connector.feed.streams.stream import Stream

FOR_LISTS = 1 / 2
FOR_LOOKS = 1 / 4


class EvenToday(Today):
    """Gives half of the calls to the lists, a quarter to looks, and each as often as any other."""

    def watch_of(self, stream: Stream, wanted: Wanted) -> NextLook:
        even = look_age(stream, wanted, self.watch(), self._clock.now())
        return lambda _: even

    @property
    def _for_lists(self) -> float:
        return self._balance.for_background * (FOR_LISTS if self._demand.beyond_lists else 1)

    @property
    def _for_looks(self) -> float:
        return self._balance.for_background * FOR_LOOKS


class EvenPace(Pace):
    """Has each list wait for as long as any other."""

    day = EvenToday

    def _paced(self, _key_id: str, _stream_id: int, target: timedelta) -> Wait:
        return Wait(target, Reason.CALLS).at_least(self._shortest, Reason.FRESHNESS)


class NothingRemembered(RememberedRmas):
    """Knows of no RMA, so that each is asked for whenever it is shown."""

    def of(self, *_: Any) -> Remembered | None:
        return None


class Spending(Enum):
    """By which rules calls are spent."""

    EVENLY = policy.Policy(pace=EvenPace, remembered=NothingRemembered)
    BY_NEWS = policy.BY_NEWS
