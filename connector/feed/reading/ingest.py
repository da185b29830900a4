"""Taking in what ReturnGO shows of RMAs: what of it is news, and when to look again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database

from connector.feed.changes.change import Change, Details
from connector.feed.changes.of_details import has_label, parcels_of, part_changes
from connector.feed.changes.of_rmas import rma_seen
from connector.feed.changes.resources import SOURCES
from connector.feed.log.writer import Writer
from connector.feed.pace.today import NextLook
from connector.feed.reading.news import by_id, by_number, wanted_of
from connector.feed.reading.next_look import followed_from, look_again, next_look_at, sooner
from connector.feed.reading.remembered import RememberedRmas
from connector.feed.reading.whole import SUMMARY
from connector.feed.streams.interests import Wanted
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.parts import Parts
from connector.feed.streams.stream import Stream
from connector.feed.streams.tracked import Tracked
from connector.store import Vault, place
from connector.store.tables import thing
from schemas.highlights import return_shipment
from schemas.reading import read_moment
from schemas.words import APPROVED


@dataclass(frozen=True)
class Taken:
    """What the details of an RMA have told: `news`, and the changes that its timeline has dated."""

    news: list[Change]
    dated: list[Change]


@dataclass(frozen=True)
class RmaIngest:
    """Records rows and details of RMAs. Every method works within the caller's transaction."""

    tracked: TrackedThings
    parts: Parts
    writer: Writer
    vault: Vault
    remembered: RememberedRmas

    def rmas(
        self,
        database: Database,
        stream: Stream,
        rows: Sequence[dict[str, Any]],
        wanted: Wanted,
        now: datetime,
        *,
        next_look: NextLook,
        is_short: bool = False,
        scan: int | None = None,
        span: timedelta = timedelta(),
    ) -> list[Change]:
        """Record what the rows of one page of RMAs tell, and return what of it is news.

        A wanted approval is published with the details that are known; where calls are short, so is
        whatever else the row dates. Other events stay unpublished until details are read. With
        `scan`, the page is one of that scan of what is open; the quiet ones of it are first read
        one after the other within the `span`, so that many do not spend the day at once.
        """
        news: list[Change] = []
        listed = by_id(stream, rows)
        known = self.tracked.known(database, stream, listed)
        unchanged: list[str] = []
        quiet: list[Tracked] = []
        for rma_id in sorted(listed, key=by_number):  # one order for all, or they deadlock
            before = known.get(rma_id)
            if before is not None and before.is_forgotten:
                continue
            told, seen = self._rma(
                database,
                stream,
                rma_id,
                listed[rma_id],
                before,
                wanted,
                now,
                scan=scan,
            )
            news += told
            has_moved = bool(told) or (before is not None and seen.status != before.status)
            is_given_up = seen.tries > 0 and seen.due_at is None
            # What nobody wants waits, until it is dropped.
            will_do = bool(told) and all(
                (is_short or (each.occurred_at and each.status == APPROVED))
                and wanted.wants(each.kind, each.status)
                for each in told
            )
            if will_do and self._shows_known(database, stream, rma_id, listed[rma_id], told, now):
                due_at = sooner(seen, now, next_look)
                seen = replace(seen, due_at=due_at, updated_at=_last(seen, told))
            elif is_given_up and (has_moved or scan is None):
                seen = replace(seen, due_at=now, tries=0, failing_since=None, unknown_since=None)
            elif wanted.asked_from is not None and (has_moved or scan is None):
                due_at = look_again(stream, before, now, next_look, has_moved=has_moved)
                seen = replace(seen, due_at=due_at)
            # What a first look takes in is called up at once, and reaches further back.
            is_later = wanted.asked_from is not None and (
                followed_from(seen, wanted) == wanted.asked_from
            )
            if scan is not None and is_later and seen.is_quiet:
                quiet.append(seen)
            elif scan is not None and before is not None and _is_same(seen, before):
                unchanged.append(rma_id)
            else:
                self.tracked.remember(database, stream, seen)
        if unchanged:
            self.tracked.scanned(database, stream, unchanged, scan or 0)
        for number, seen in enumerate(quiet, start=1):
            due_at = now + span * number / len(quiet)
            followed = replace(seen, due_at=due_at, watched_from=wanted.asked_from)
            self.tracked.remember(database, stream, followed)
        return news

    def _shows_known(
        self,
        database: Database,
        stream: Stream,
        rma_id: str,
        row: dict[str, Any],
        news: list[Change],
        now: datetime,
    ) -> bool:
        """Publish news with the details that are known, if they are."""
        if self.writer.waiting_of(database, stream, rma_id) != len(news):
            return False  # what happened before comes first
        known = self.remembered.of(database, stream, rma_id)
        if known is None or not known.is_whole:
            return False
        details = {**known.details, SUMMARY: row}
        self.writer.publish(database, stream, rma_id, details, now, read_at=known.read_at)
        return True

    def first_sight(self, stream: Stream, resource_id: str, row: dict[str, Any]) -> Tracked:
        """Return how one was seen that nobody knew, from its row alone; nothing is recorded."""
        look = rma_seen(resource_id, row, None)
        seen = Tracked(resource_id=resource_id).after(look.known)
        sealed = self.vault.seal(row, place(thing.c.row, stream.id, resource_id))
        return replace(seen, status_since=look.since, row=sealed)

    def details(
        self,
        database: Database,
        stream: Stream,
        before: Tracked | None,
        details: Details,
        wanted: Wanted,
        now: datetime,
        *,
        next_look: NextLook,
    ) -> "Taken":
        """Record what the details of an RMA tell, and publish its events."""
        if before is not None and before.is_forgotten:
            return Taken([], [])
        summary: dict[str, Any] = details[SUMMARY]
        rma_id = str(SOURCES[stream.resource].resource_id(summary))
        news, seen = self._rma(database, stream, rma_id, summary, before, wanted, now)
        seen = replace(
            seen,
            # without a time of its own, it was updated before it was read, whenever that was
            updated_at=read_moment(details.get("lastUpdated")) or now,
            due_at=None,
            tries=0,
            failing_since=None,
            unknown_since=None,
            has_tracking=has_label(return_shipment(details) or {}),
        )
        if (since := followed_from(seen, wanted)) is not None:
            changes = part_changes(details, seen.shipments, since)
            news += self.writer.record(database, stream, rma_id, changes, now)
            parcels = parcels_of(details, seen.shipments)
            seen = replace(seen, watched_from=since, shipments=parcels)
            seen = replace(seen, due_at=next_look_at(seen, wanted, now, next_look))
        dated = self.writer.publish(
            database,
            stream,
            rma_id,
            details,
            now,
            made_at=read_moment(details.get("createdAt")),
        )
        self.tracked.remember(database, stream, seen)
        self.parts.remember(database, stream, rma_id, details)
        return Taken(news, dated)

    def _rma(
        self,
        database: Database,
        stream: Stream,
        rma_id: str,
        row: dict[str, Any],
        before: Tracked | None,
        wanted: Wanted,
        now: datetime,
        *,
        scan: int | None = None,
    ) -> tuple[list[Change], Tracked]:
        """Record what an RMA's row tells, and return what is news and how it was seen."""
        is_scan = scan is not None
        was_away = is_scan and before is not None and before.left_at is not None and before.is_open
        look = rma_seen(
            rma_id,
            row,
            None if before is None else before.known(baseline=stream.baseline_from),
            baseline=stream.news_from,
            not_open_at=stream.not_open_at,
        )
        changes = wanted_of(look, stream, wanted)
        news = self.writer.record(database, stream, rma_id, changes, now)
        known = before or Tracked(resource_id=rma_id)
        has_come = look.moved > 0 or look.known.status != known.status
        has_moved = bool(news) or (before is not None and has_come)
        since = look.since or (now if has_come or was_away else known.status_since) or now
        seen = replace(
            known.after(look.known),
            stays=known.stays + max(look.moved, int(was_away)),
            status_since=since,
            listed_at=known.listed_at if is_scan and not has_moved else now,
            scan=stream.scan if scan is None else scan,
            left_at=None,
        )
        # What was sealed anew meanwhile must not come back as it was.
        if before is None or not _is_same(seen, before) or not self.vault.is_current(before.row):
            seen = replace(seen, row=self.vault.seal(row, place(thing.c.row, stream.id, rma_id)))
        return news, seen


def _last(seen: Tracked, news: list[Change]) -> datetime | None:
    """Return when an RMA was updated last, now that its row has told news of it."""
    times = [seen.updated_at, *(change.occurred_at for change in news)]
    return max((time for time in times if time is not None), default=None)


def _is_same(seen: Tracked, before: Tracked) -> bool:
    """Whether a row showed an RMA as it was known."""
    return before.left_at is None and all(
        getattr(seen, name) == getattr(before, name)
        for name in ("status", "moves", "undated", "is_held", "stays", "status_since")
    )
