"""Making pages: what the log holds for a question, opened, filtered and written."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.blocks import Facet, Rendered, Trigger, to_json_list
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.log.entries import Entry
from connector.feed.log.reader import Log
from connector.feed.polling.page import KeptPages, Shown
from connector.feed.polling.rendered import RenderedEvents
from connector.feed.streams.stream import Stream
from schemas.calls import DEFAULT_LIMIT, LARGEST_LIMIT

# Several times the slowest polling interval: a burst within it is shown whole.
RECENT = timedelta(hours=6)
LOOK_BACK = timedelta(days=30)
FOR_EVER = datetime.max.replace(tzinfo=UTC)


class PageMaker:
    """Makes pages of any trigger, and shows again what was made before."""

    def __init__(self, log: Log, clock: Clock, kept: KeptPages, rendered: RenderedEvents) -> None:
        self._log = log
        self._clock = clock
        self._kept = kept
        self._rendered = rendered

    def show(
        self,
        connection: Connection,
        trigger: Trigger,
        call: dict[str, Any],
        streams: Sequence[Stream],
        *,
        after: int | None,
        before: int | None,
    ) -> Shown:
        """Show what the log holds of the streams, again if it was shown before.

        `after` and `before` are places in the log. Raises StoreUnavailable, WrongSecretKey.
        """
        ids = [stream.id for stream in streams]
        key = (connection.id, trigger, *ids, repr(sorted(call.items())))
        # Before the events: what is recorded meanwhile makes this page one of yesterday.
        end, now = self._log.last_place(connection.id), self._clock.now()
        shown = self._kept.find(key, end, now)
        if shown is None:
            with self._kept.turn(key):
                shown = self._kept.find(key, end, now)
                if shown is None:
                    shown, until = self._shown(
                        connection.id, trigger, call, ids, after, before, now
                    )
                    self._kept.keep(key, end, shown, since=now, until=until)
        return shown

    def _shown(
        self,
        connection: str,
        trigger: Trigger,
        call: dict[str, Any],
        ids: list[int],
        after: int | None,
        before: int | None,
        now: datetime,
    ) -> tuple[Shown, datetime]:
        """Show a page of the log, and tell until when it shows the same, if nothing is added."""
        expects = call.get("limit", DEFAULT_LIMIT) + 1  # one more tells that there are more
        filters = trigger.own(call)
        if after is not None:
            entries = self._log.oldest_first(trigger, ids, filters, after=after, expects=expects)
        else:
            entries = self._log.newest_first(trigger, ids, filters, before=before, expects=expects)
        # Only a look from the newest must reach back over a burst; who walks comes again.
        is_walk = after is not None or before is not None
        page, is_cut, until = self._events(
            connection, trigger, call, trigger.sought(filters), entries, None if is_walk else now
        )
        way = "before" if after is None else "after"
        more = {way: page[-1][0].key} if is_cut else None
        body = to_json_list(rendered.json for _, rendered in page)
        return Shown(body, more), until

    def _events(
        self,
        connection: str,
        trigger: Trigger,
        call: dict[str, Any],
        sought: list[Sequence[Facet]],
        entries: Iterator[Entry],
        now: datetime | None,
    ) -> tuple[list[tuple[Entry, Rendered]], bool, datetime]:
        """Show the entries that have what is sought; tell whether there are more, and until when.

        A limit that the caller chose is kept. Otherwise a look back from `now` shows all that is
        recent, and nothing very old.
        """
        limit = call.get("limit")
        page: list[tuple[Entry, Rendered]] = []
        until = FOR_EVER
        for entry in entries:
            recorded_at = entry.recorded_at
            if now is not None and recorded_at < now - LOOK_BACK:
                return page, False, until
            rendered = self._rendered.of(connection, trigger, entry, raw=call["raw"])
            if not rendered.passes(sought):
                continue
            is_recent = limit is None and now is not None and recorded_at > now - RECENT
            if len(page) >= (LARGEST_LIMIT if is_recent else limit or DEFAULT_LIMIT):
                return page, True, until
            page.append((entry, rendered))
            if now is not None:
                until = min(until, recorded_at + (RECENT if is_recent else LOOK_BACK))
        return page, False, until
