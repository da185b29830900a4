"""History: what lies before a stream's baseline, as the feed would have told it at the time.

The feed tells what happened since its baseline, a backfill what happened before: so neither takes
anything from the other, whichever comes first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database

from connector.blocks import Kind, Resource
from connector.feed.changes.change import BY_COMMENT, Change, Details, status_of
from connector.feed.changes.of_details import parcels_of, part_changes
from connector.feed.changes.resources import SOURCES
from connector.feed.changes.timeline import times_of
from connector.feed.log.writer import Writer
from connector.feed.reading.ingest import RmaIngest
from connector.feed.reading.transactions import TransactionIngest
from connector.feed.streams.interests import Wanted
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.stream import Stream
from schemas.reading import read_moment
from schemas.words import OPEN_RMA_STATUSES

NOTHING: Details = {}


@dataclass(frozen=True)
class History:
    """The history of a stream from `since` on. What writes works in the caller's transaction."""

    stream: Stream
    since: datetime
    wanted: Wanted
    tracked: TrackedThings
    writer: Writer
    ingest: RmaIngest | TransactionIngest

    def is_untold(self, database: Database, resource_id: str, row: dict[str, Any]) -> bool:
        """Return whether a row speaks of something past that is not in the log."""
        if self._is_forgotten(database, resource_id):
            return False
        keys = {
            change.key
            for change in self._changes(resource_id, row)
            if change.occurred_at is None or self._holds(change)
        }
        return bool(keys - self.writer.told(database, self.stream, keys))

    def remember(self, database: Database, resource_id: str, row: dict[str, Any]) -> None:
        """Remember how a thing stands, unless the feed knows it or has something to tell of it."""
        if not all(self._is_past(change) for change in self._changes(resource_id, row)):
            return
        is_open = status_of(row) in OPEN_RMA_STATUSES
        if is_open and self.stream.open_scanned_at is not None:
            return  # it was not open when the feed listed what is: that it is now, is news
        if self.tracked.known(database, self.stream, [resource_id]):
            return
        seen = self.ingest.first_sight(self.stream, resource_id, row)
        self.tracked.remember(database, self.stream, seen)

    def is_unfollowed(self, database: Database, resource_id: str) -> bool:
        """Return whether somebody follows parts, but not yet those of this thing."""
        if self.wanted.asked_from is None:
            return False
        thing = self.tracked.known(database, self.stream, [resource_id]).get(resource_id)
        return thing is not None and thing.is_quiet

    def follow(
        self,
        database: Database,
        resource_id: str,
        details: Details,
        now: datetime,
        *,
        next_look: timedelta,
    ) -> None:
        """Remember the parts of a thing, if it is unfollowed."""
        if not self.is_unfollowed(database, resource_id):
            return
        thing = self.tracked.known(database, self.stream, [resource_id])[resource_id]
        seen = replace(
            thing,
            updated_at=read_moment(details.get("lastUpdated")) or now,
            watched_from=self.wanted.asked_from,
            shipments=parcels_of(details, None),
            due_at=now + next_look if thing.is_open else None,
        )
        self.tracked.remember(database, self.stream, seen)

    def emit(
        self,
        database: Database,
        resource_id: str,
        row: dict[str, Any],
        body: Details,
        now: datetime,
        *,
        has_parts: bool = False,
    ) -> None:
        """Let out what is past; `has_parts` tells that the body is the thing's details."""
        if self._is_forgotten(database, resource_id):
            return
        made_at = read_moment(body.get("createdAt"))
        changes = [
            each for each in self._changes(resource_id, row, made_at, body) if self._holds(each)
        ]
        if has_parts:
            changes += self._part_changes(database, resource_id, body, made_at)
        self.writer.record(database, self.stream, resource_id, changes, now)
        self.writer.publish(
            database,
            self.stream,
            resource_id,
            body,
            now,
            not_before=self.since,
            made_at=made_at,
        )

    def _is_forgotten(self, database: Database, resource_id: str) -> bool:
        known = self.tracked.known(database, self.stream, [resource_id]).get(resource_id)
        return known is not None and known.is_forgotten

    def _changes(
        self,
        resource_id: str,
        row: dict[str, Any],
        made_at: datetime | None = None,
        details: Details = NOTHING,
    ) -> Iterator[Change]:
        for change in SOURCES[self.stream.resource].first_changes(resource_id, row):
            if change.occurred_at is not None:
                yield change
            elif change.kind is Kind.RMA_CREATED:
                yield replace(change, occurred_at=made_at)
            else:
                at = next(times_of(details, change.status), None)
                yield replace(change, occurred_at=at, dated_by=BY_COMMENT)

    def _part_changes(
        self, database: Database, rma_id: str, details: Details, made_at: datetime | None
    ) -> Iterator[Change]:
        thing = self.tracked.known(database, self.stream, [rma_id]).get(rma_id)
        is_followed = thing is not None and thing.watched_from is not None
        is_past = made_at is not None and made_at < self.stream.baseline_from
        for change in part_changes(details, None, self.since):
            # Nothing dates a shipment's moves; once it is followed, they are the feed's to tell.
            is_ours = change.kind is Kind.SHIPMENT_CREATED or not is_followed
            if self._holds(change) or (change.occurred_at is None and is_past and is_ours):
                yield change

    def _holds(self, change: Change) -> bool:
        """Whether a change is to be told here, since the feed may never tell it.

        It is too old; or only the details tell of it, which the feed does not read of an RMA that
        was quiet at the first contact. Of these, both tell under the same id.
        """
        baseline = self.stream.baseline_from
        if change.kind.part is not None or change.dated_by == BY_COMMENT:
            return change.occurred_at is not None and self.since <= change.occurred_at
        bound = max(baseline, self.wanted.since.get(change.kind, baseline))
        return change.occurred_at is not None and self.since <= change.occurred_at < bound

    def _is_past(self, change: Change) -> bool:
        """Return whether the feed misses nothing when it takes a change for known."""
        if change.occurred_at is None:
            return self.stream.resource is Resource.RMAS  # it is told all the same
        return change.occurred_at < self.stream.baseline_from
