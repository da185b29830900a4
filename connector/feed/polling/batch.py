"""Answering a client that walks: what was recorded after the place where it stands, and the next.

A place is the number of an event up to which all was looked at. There is one before any event is,
so that a client can begin with nothing; numbers are committed in their order, so that nothing
appears behind a client. What is deleted is told: a client that was away for so long begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connector.blocks import FieldError, InvalidInput, Trigger
from connector.connections import Connection
from connector.feed.log.reader import Log, Span
from connector.feed.polling.poll import POLL_PATIENCE, Poll
from connector.feed.streams.stream import Stream
from connector.store import patience

MOST_LOOKED_AT = 2000  # events: a filter that rarely fits must not take all of the client's time


@dataclass(frozen=True)
class Batch:
    """One answer: `objects` are events as shown, oldest first, and `place` stands behind them.

    `has_more` tells whether more of them wait. `age` is how many seconds ago ReturnGO was read.
    """

    objects: list[dict[str, Any]]
    place: int
    has_more: bool
    age: int


class Batches:
    """Answers walking clients of any trigger."""

    def __init__(self, poll: Poll, log: Log) -> None:
        self._poll = poll
        self._log = log

    def answer(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Batch:
        """Return what came after a place; `call` is what the trigger's batch schema read.

        Without a place, nothing came: a client begins with what is recorded from now on. Raises
        what `Poll.answer` raises.
        """
        with patience(POLL_PATIENCE.total_seconds()):
            return self._answer(connection, trigger, call)

    def _answer(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Batch:
        after = call.get("after")
        with self._log.glance():
            span = self._log.span(connection.id)
            if after is not None:
                _check(after, span)
            streams = self._poll.settled(connection, trigger, call)
            if streams is not None:
                return self._batch(trigger, call, streams, span.last)
        streams = self._poll.refreshed(connection, trigger, call)
        # only now: what the first reading of a shop has found is not news
        return self._batch(trigger, call, streams, self._log.last_place(connection.id))

    def _batch(
        self, trigger: Trigger, call: dict[str, Any], streams: Sequence[Stream], last: int
    ) -> Batch:
        """Show what the log holds of the streams; its `last` place was looked up before."""
        after = call.get("after")
        age = self._poll.age(streams)
        if after is None:
            return Batch([], last, has_more=False, age=age)
        filters = trigger.own(call)
        objects: list[dict[str, Any]] = []
        place = after
        ids = [each.id for each in streams]
        entries = self._log.oldest_first(trigger, ids, filters, after=after)
        for looked_at, entry in enumerate(entries):
            if len(objects) == call["limit"] or looked_at == MOST_LOOKED_AT:
                return Batch(objects, place, has_more=True, age=age)
            shown = trigger.show_event(entry.event, raw=call["raw"])
            if trigger.admits(shown, filters):
                objects.append(shown)
            place = entry.seq
        return Batch(objects, max(place, last), has_more=False, age=age)


def _check(after: int, span: Span) -> None:
    """Refuse a place that never was, or behind which something is missing."""
    if after > span.last:
        wrong = "is not a place in this connection's log."
    elif after < span.pruned:
        wrong = (
            "is too long ago: events behind it are deleted (EVENT_RETENTION_DAYS). Begin anew"
            " without it."
        )
    else:
        return
    raise InvalidInput([FieldError("after", wrong, after)])
