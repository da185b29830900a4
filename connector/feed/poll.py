"""Answering a poll: refresh what is due, then show a page of the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connector.blocks import FieldError, InvalidInput, Trigger
from connector.budget import Budget
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.failure import Failure
from connector.feed.log import Entry, Log
from connector.feed.refresh import Refresher
from connector.feed.streams import Stream
from connector.returngo import (
    DayQuotaReached,
    KeyRefused,
    ReturnGOError,
    ShopRefused,
    Unavailable,
)
from connector.store import patience
from schemas.calls import DEFAULT_LIMIT, LARGEST_LIMIT

WAIT = timedelta(seconds=5)  # the platforms give up at 30
FIRST_WAIT = timedelta(seconds=6)
# For the database, too: ten seconds must do for everything.
PATIENCE = FIRST_WAIT
# Several times the slowest polling interval: a burst within it is shown whole.
RECENT = timedelta(hours=6)
LOOK_BACK = timedelta(days=30)
# A feed that could not be read for so long says so instead of looking merely quiet.
SILENT_FOR = timedelta(hours=1)


class NotReady(Exception):
    """The first reading of a shop is not done; half of it would look like news later.

    `retry_after` is in seconds.
    """

    retry_after = 10


@dataclass(frozen=True)
class Page:
    """One answer to a poll.

    `objects` are events as shown. `more` holds the parameter that continues, if there is more.
    `age` is how many seconds ago ReturnGO was read.
    """

    objects: list[dict[str, Any]]
    more: dict[str, str] | None
    age: int


class Poll:
    """Answers polls of any trigger."""

    def __init__(self, refresher: Refresher, log: Log, budget: Budget, clock: Clock) -> None:
        self._refresher = refresher
        self._log = log
        self._budget = budget
        self._clock = clock

    def answer(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Page:
        """Answer one poll; `call` is what the trigger's input schema read.

        Raises InvalidInput, ForeignShop, NotReady, StoreUnavailable, and ReturnGOError when there
        is nothing to show because ReturnGO cannot be read.
        """
        with patience(PATIENCE.total_seconds()):
            return self._answer(connection, trigger, call)

    def _answer(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Page:
        if "after" in call and "before" in call:
            raise InvalidInput([FieldError("before", "cannot stand together with after.")])
        after = self._place(connection, call, "after")
        before = self._place(connection, call, "before")
        streams = self.refreshed(connection, trigger, call.get("shop"))
        if after is None:
            streams = [stream for stream in streams if not _is_first(stream)]
        ids = [stream.id for stream in streams]
        if after is not None:
            entries = self._log.oldest_first(trigger, ids, after=after)
        else:
            entries = self._log.newest_first(trigger, ids, before=before)
        # Only a look from the newest must reach back over a burst; who walks comes again.
        is_walk = after is not None or before is not None
        objects, is_cut = _page(trigger, call, entries, None if is_walk else self._clock.now())
        way = "before" if after is None else "after"
        return Page(
            objects=objects,
            more={way: objects[-1]["id"]} if is_cut else None,
            age=self.age(streams),
        )

    def _place(self, connection: Connection, call: dict[str, Any], way: str) -> int | None:
        if way not in call:
            return None
        place = self._log.place(connection.id, call[way])
        if place is None:
            raise InvalidInput(
                [FieldError(way, "is not the id of an event in this connection's log.", call[way])]
            )
        return place

    def refreshed(self, connection: Connection, trigger: Trigger, shop: str | None) -> list[Stream]:
        """Answer a trigger's streams once any can be shown; a broken shop holds up only itself.

        What was recorded of a broken shop is shown too: whoever walks would step over it for good.
        Raises what `answer` raises.
        """
        shops = connection.shops_for(shop)
        topic = trigger.topic
        streams = self._refresher.refresh(connection, shops, topic, wait=WAIT)
        if any(_is_first(stream) for stream in streams):
            streams = self._refresher.refresh(connection, shops, topic, wait=FIRST_WAIT - WAIT)
        troubles = [self._trouble(connection, stream) for stream in streams]
        sound = [s for s, trouble in zip(streams, troubles, strict=True) if trouble is None]
        if not sound:
            raise next(trouble for trouble in troubles if trouble is not None)
        if any(_is_first(stream) for stream in sound):
            raise NotReady
        return streams

    def _trouble(self, connection: Connection, stream: Stream) -> ReturnGOError | None:
        """Answer why a stream has nothing to show, if so."""
        now = self._clock.now()
        match stream.failure:
            case Failure.KEY_REFUSED:
                return KeyRefused("ReturnGO does not know this key.")
            case Failure.SHOP_REFUSED:
                return ShopRefused(f"ReturnGO says that this key does not own {stream.shop}.")
            case Failure.QUOTA if stream.ready_at is None:
                left = self._budget.balance(connection.key_id)
                return DayQuotaReached(
                    "The day's calls that ReturnGO allows are used up, so the shop cannot be read"
                    " for the first time. They return at 00:00 UTC.",
                    retry_after=left.resets_in,
                )
            case Failure.UNAVAILABLE if stream.ready_at is None or _silent(stream, now):
                return Unavailable(
                    f"ReturnGO could not be read for {stream.shop}. The bridge keeps trying."
                )
            case _:
                return None

    def age(self, streams: Sequence[Stream]) -> int:
        """Tell how many seconds ago the stalest of the streams was read."""
        now = self._clock.now()
        return max(int((now - (stream.fresh_at or now)).total_seconds()) for stream in streams)


def _page(
    trigger: Trigger, call: dict[str, Any], entries: Iterator[Entry], now: datetime | None
) -> tuple[list[dict[str, Any]], bool]:
    """Show the entries that pass the filters, and tell whether there are more.

    A limit that the caller chose is kept. Otherwise a look back from `now` shows all that is
    recent, and nothing very old: a filter that rarely fits would open the whole log.
    """
    filters = trigger.own(call)
    limit = call.get("limit")
    page: list[dict[str, Any]] = []
    for entry in entries:
        if now is not None and entry.event.recorded_at < now - LOOK_BACK:
            return page, False
        shown = trigger.show_event(entry.event, raw=call["raw"])
        if not trigger.admits(shown, filters):
            continue
        is_recent = limit is None and now is not None and entry.event.recorded_at > now - RECENT
        if len(page) >= (LARGEST_LIMIT if is_recent else limit or DEFAULT_LIMIT):
            return page, True
        page.append(shown)
    return page, False


def _is_first(stream: Stream) -> bool:
    return stream.ready_at is None


def _silent(stream: Stream, now: datetime) -> bool:
    return stream.fresh_at is None or stream.fresh_at < now - SILENT_FOR
