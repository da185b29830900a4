"""The list of what is closed: where calls are short, one call tells what became of several RMAs.

What has left the list of open RMAs was done, rejected or canceled. ReturnGO takes no list of ids,
but it lists RMAs by their status and by the time since which they were made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from connector.clock import Clock
from connector.feed.changes.of_rmas import made_at
from connector.feed.pace.pace import Pace
from connector.feed.reading.ingest import RmaIngest
from connector.feed.reading.news import by_id
from connector.feed.reading.reading import Reading
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.stream import Stream
from connector.feed.streams.tracked import CLOSED, Tracked
from connector.returngo import BadRequest, Rows
from connector.store import Store, Vault, place
from connector.store.tables import thing

log = structlog.get_logger()


@dataclass(frozen=True)
class ClosedList:
    """Lists what was closed among RMAs that left, instead of reading each one's details."""

    store: Store
    tracked: TrackedThings
    ingest: RmaIngest
    pace: Pace
    vault: Vault
    clock: Clock

    def run(self, reading: Reading) -> None:
        """Tell what became of what has left, where a list takes fewer calls than details do.

        What the list does not hold is read by itself, and so is all of it where ReturnGO refuses
        the list. Raises ReturnGOError, LeaseLost, StoreUnavailable.
        """
        if not reading.wanted.wants_statuses:
            return
        if not self.pace.today(reading.stream.key_id).is_short:
            return  # on most days: what has left is read with all that is due
        made = self._left(reading)
        if len(made) < 2:  # noqa: PLR2004
            return
        cursor: str | None = None
        for _ in range(len(made) - 1):
            try:
                page = reading.returngo.list_rmas(
                    status=CLOSED, created_since=min(made.values()), cursor=cursor
                )
            except BadRequest as error:
                shop = reading.stream.shop
                log.warning("feed.closed_list_refused", shop=shop, reason=str(error))
                return
            made = self._take(reading, page, made)
            cursor = page.next_cursor
            if not made or cursor is None:
                return

    def _left(self, reading: Reading) -> dict[str, datetime]:
        """Return when those were made that have left and are to be read."""
        due = self.tracked.due(reading.stream, reading.wanted, self.clock.now())
        dated = {
            each.resource_id: self._made_at(reading.stream, each)
            for each in due
            if each.left_at is not None
        }
        return {rma_id: made for rma_id, made in dated.items() if made is not None}

    def _made_at(self, stream: Stream, rma: Tracked) -> datetime | None:
        if rma.row is None:
            return None
        return made_at(self.vault.open(rma.row, place(thing.c.row, stream.id, rma.resource_id)))

    def _take(
        self, reading: Reading, page: Rows, made: Mapping[str, datetime]
    ) -> dict[str, datetime]:
        """Record what a page tells of them, and return the others."""
        stream, wanted = reading.stream, reading.wanted
        told = {key: row for key, row in by_id(stream, page.rows).items() if key in made}
        next_look = self.pace.today(stream.key_id).watch_of(stream, wanted)
        now = self.clock.now()
        with self.store.write() as database:
            reading.lease.update(database, now)
            self.ingest.rmas(
                database,
                stream,
                list(told.values()),
                wanted,
                now,
                next_look=next_look,
                is_short=True,
            )
        return {rma_id: when for rma_id, when in made.items() if rma_id not in told}
