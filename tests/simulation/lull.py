"""Between two readings a poll is answered from the log: nothing is due, and nothing changes.

Most of a day's polls fall into such lulls. They are told from the others by the bridge's own rules,
from what these stand on, read once a lull instead of once a poll.
"""

from datetime import datetime, timedelta

from connector.blocks import Trigger
from connector.connections import Connection
from connector.feed import Feed
from tests.simulation.calls import CountingWire

# A poll is made in any case so often, as the bridge has to hear who is there.
LONGEST = timedelta(minutes=20)


class Lull:
    """What polls of a trigger would see, as long as ReturnGO is not called."""

    def __init__(
        self, feed: Feed, connection: Connection, trigger: Trigger, wire: CountingWire
    ) -> None:
        self._refresher = feed._refresher
        self._is_due = self._refresher._is_due
        self._topic = trigger.topic
        self._key_id = connection.key_id
        self._wire = wire
        asked = self._refresher._streams.ask
        self._ids = [asked(connection, shop, trigger.topic).id for shop in connection.shops]

    def begin(self, now: datetime) -> None:
        """See how things stand after a poll."""
        self._polled_at = now
        self._look(now)

    def lasts(self, now: datetime) -> bool:
        """Return whether a poll would call nobody now."""
        if self._calls != self._wire.total:
            self._look(now)
        if now - self._polled_at > LONGEST or now.date() != self._looked_at.date():
            return False
        return not any(self._is_due(each, now, self._target_at(now)) for each in self._streams)

    def age(self, now: datetime) -> int:
        """Return how old a poll would say that its answer is."""
        return max(int((now - (each.fresh_at or now)).total_seconds()) for each in self._streams)

    def _look(self, now: datetime) -> None:
        pace, streams = self._refresher._pace, self._refresher._streams
        self._streams = [streams.get(each, self._topic) for each in self._ids]
        self._balance = pace._budget.balance(self._key_id)
        self._target = pace.today(self._key_id).lists
        self._calls = self._wire.total
        self._looked_at = now

    def _target_at(self, now: datetime) -> timedelta:
        """Return the target, which shrinks as the rest of the day does."""
        left = self._balance.resets_in - int((now - self._looked_at).total_seconds())
        if left < 1:
            return timedelta(0)
        return self._target * left / max(1, self._balance.resets_in)
