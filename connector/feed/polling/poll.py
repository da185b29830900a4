"""Answering a poll: refresh what is due, then show a page of the log."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connector.blocks import FieldError, InvalidInput, Trigger
from connector.budget import Balance, Budget
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.log.reader import Log
from connector.feed.polling.page import Page
from connector.feed.polling.page_maker import PageMaker
from connector.feed.reading.refresher import Refresher
from connector.feed.streams.failure import Failure
from connector.feed.streams.stream import Stream
from connector.returngo import (
    DayQuotaReached,
    KeyRefused,
    ReturnGOError,
    ShopRefused,
    Unavailable,
)
from connector.store import patience

POLL_WAIT = timedelta(seconds=5)  # the platforms give up at 30
FIRST_POLL_WAIT = timedelta(seconds=6)
# For the database, too: ten seconds must do for everything.
POLL_PATIENCE = FIRST_POLL_WAIT
# A feed that could not be read for so long says so instead of looking merely quiet.
SILENT_FOR = timedelta(hours=1)


class NotReady(Exception):
    """The first reading of a shop is not done; half of it would look like news later.

    `retry_after` is in seconds.
    """

    retry_after = 10


class Poll:
    """Answers polls of any trigger."""

    def __init__(
        self,
        refresher: Refresher,
        log: Log,
        maker: PageMaker,
        budget: Budget,
        clock: Clock,
    ) -> None:
        self._refresher = refresher
        self._log = log
        self._budget = budget
        self._clock = clock
        self._maker = maker

    def answer(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Page:
        """Serve one poll; `call` is what the trigger's input schema read.

        Raises InvalidInput, ForeignShop, NotReady, StoreUnavailable, and ReturnGOError when there
        is nothing to show because ReturnGO cannot be read.
        """
        with patience(POLL_PATIENCE.total_seconds()):
            return self._answer(connection, trigger, call)

    def _answer(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Page:
        if "after" in call and "before" in call:
            raise InvalidInput([FieldError("before", "cannot stand together with after.")])
        with self._log.glance():
            after = self._place(connection, call, "after")
            before = self._place(connection, call, "before")
            balance = self._budget.balance(connection.key_id)
            streams = self.settled(connection, trigger, call, balance)
            if streams is not None:
                page = self._page(connection, trigger, call, streams, after, before)
                return replace(page, balance=balance)
        streams = self.refreshed(connection, trigger, call)
        return self._page(connection, trigger, call, streams, after, before)

    def warm_up(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> None:
        """Make what a poll shows, if nothing has to be read or noted for it.

        The next that asks for these events finds them rendered. Raises what `answer` raises.
        """
        with self._log.glance():
            streams = self.settled(connection, trigger, call)
            if streams is not None:
                self._page(connection, trigger, call, streams, None, None)

    def _page(
        self,
        connection: Connection,
        trigger: Trigger,
        call: dict[str, Any],
        streams: list[Stream],
        after: int | None,
        before: int | None,
    ) -> Page:
        shown = self._maker.show(connection, trigger, call, streams, after=after, before=before)
        return Page(shown, self.age(streams))

    def _place(self, connection: Connection, call: dict[str, Any], way: str) -> int | None:
        if way not in call:
            return None
        place = self._log.place(connection.id, call[way])
        if place is None:
            raise InvalidInput(
                [
                    FieldError(
                        way,
                        "is not the id of an event in this connection's log, or of one older than"
                        " the bridge keeps. Ask without it to begin anew.",
                        call[way],
                    )
                ]
            )
        return place

    def refreshed(
        self, connection: Connection, trigger: Trigger, call: dict[str, Any]
    ) -> list[Stream]:
        """Return a trigger's streams once any can be shown; a broken shop holds up only itself.

        What was recorded of a broken shop is shown too: whoever walks would step over it for good.
        Raises what `answer` raises.
        """
        shops = connection.shops_for(call.get("shop"))
        topic = trigger.topic_of(call)
        streams = self._refresher.refresh(connection, shops, topic, wait=POLL_WAIT)
        if any(_is_first(stream) for stream in streams):
            streams = self._refresher.refresh(
                connection, shops, topic, wait=FIRST_POLL_WAIT - POLL_WAIT
            )
        if self._waits(connection, streams):
            raise NotReady
        return streams

    def settled(
        self,
        connection: Connection,
        trigger: Trigger,
        call: dict[str, Any],
        balance: Balance | None = None,
    ) -> list[Stream] | None:
        """Return a trigger's streams if they can be shown as they are, or raise what holds them up.

        It writes nothing and waits for nobody; `balance` is the key's, if known. None where
        something is to be read or noted first.
        """
        shops = connection.shops_for(call.get("shop"))
        streams = self._refresher.settled(connection, shops, trigger.topic_of(call), balance)
        return None if streams is None or self._waits(connection, streams) else streams

    def _waits(self, connection: Connection, streams: Sequence[Stream]) -> bool:
        """Return whether a first reading goes on; raises the trouble that all streams are in."""
        troubles = [self._trouble(connection, stream) for stream in streams]
        sound = [s for s, trouble in zip(streams, troubles, strict=True) if trouble is None]
        if not sound:
            raise next(trouble for trouble in troubles if trouble is not None)
        return any(_is_first(stream) for stream in sound)

    def _trouble(self, connection: Connection, stream: Stream) -> ReturnGOError | None:
        """Return why a stream has nothing to show, if so."""
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
        """Return how many seconds ago the stalest of the streams was read."""
        now = self._clock.now()
        ages = [stream.age(now) or timedelta() for stream in streams]
        return max(int(age.total_seconds()) for age in ages)


def _is_first(stream: Stream) -> bool:
    return stream.ready_at is None


def _silent(stream: Stream, now: datetime) -> bool:
    age = stream.age(now)
    return age is None or age > SILENT_FOR
