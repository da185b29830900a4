"""Taking in what ReturnGO shows: what of it is news, and when to look again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection as Database

from connector.feed.changes import Change, Known, Row, moves_of, status_of
from connector.feed.interests import Wanted
from connector.feed.parts import Details, part_changes, shipment_statuses
from connector.feed.recorder import Recorder
from connector.feed.sources import SOURCES
from connector.feed.streams import Stream
from connector.feed.things import Thing, Things
from schemas.of_rma import of_rma
from schemas.reading import read_moment

# Rows that ReturnGO shows late still fall into the next window.
OVERLAP = timedelta(minutes=5)

NONE: Mapping[str, Row] = {}

log = structlog.get_logger()


class Intake:
    """Records rows and details. Every method works within the caller's transaction."""

    def __init__(self, things: Things, recorder: Recorder) -> None:
        self._things = things
        self._recorder = recorder

    def news(
        self, database: Database, stream: Stream, rows: Sequence[Row], wanted: Wanted
    ) -> list[Row]:
        """Choose the rows that tell something new which somebody wants, the newest first."""
        listed = _by_id(stream, rows)
        known = self._things.known(database, stream, listed)
        return [
            row
            for resource_id, row in reversed(listed.items())
            if any(
                wanted.wants(change.kind, change.status)
                for change in _news(stream, resource_id, row, known.get(resource_id), wanted)
            )
        ]

    def take_rows(
        self,
        database: Database,
        stream: Stream,
        rows: Sequence[Row],
        wanted: Wanted,
        now: datetime,
        *,
        rmas: Mapping[str, Row] = NONE,
    ) -> list[Change]:
        """Record what the rows of one page tell, and answer what of it is news.

        What a row does not tell whole waits.

        `rmas` are the details of the RMAs that rows belong to, where these were looked for.
        """
        told: list[Change] = []
        source = SOURCES[stream.resource]
        listed = _by_id(stream, rows)
        known = self._things.known(database, stream, listed)
        for resource_id in sorted(listed, key=_by_number):  # one order for all, or they deadlock
            row = listed[resource_id]
            before = known.get(resource_id)
            changes = _news(stream, resource_id, row, before, wanted)
            news = self._recorder.record(database, stream, resource_id, changes, now)
            told += news
            thing = before or Thing(resource_id=resource_id)
            status = status_of(row) or thing.status
            seen = replace(thing, status=status, moves=moves_of(row), listed_at=now)
            if source.details is None:
                rma = rmas.get(resource_id)
                body = row if rma is None else of_rma(row, rma)
                self._recorder.let_out(database, stream, resource_id, body, now)
                seen = replace(seen, updated_at=_later(thing.updated_at, row.get("lastUpdated")))
            elif wanted.asked_from is not None:
                has_moved = bool(news) or seen.status != thing.status
                seen = replace(seen, due_at=_look_again(stream, thing, now, has_moved=has_moved))
            self._things.remember(database, stream, seen)
        return told

    def take_details(
        self,
        database: Database,
        stream: Stream,
        thing: Thing,
        details: Details,
        wanted: Wanted,
        now: datetime,
        *,
        next_look: timedelta,
    ) -> list[Change]:
        """Record what the details of a thing tell, let its events out, and answer what is news."""
        news: list[Change] = []
        seen = replace(
            thing,
            # without a time of its own, it was updated before it was read, whenever that was
            updated_at=read_moment(details.get("lastUpdated")) or now,
            due_at=None,
            tries=0,
            failing_since=None,
            unknown_since=None,
        )
        since = _followed_from(thing, wanted)
        if since is not None:
            changes = part_changes(details, thing.shipments, since)
            news = self._recorder.record(database, stream, thing.resource_id, changes, now)
            memory = shipment_statuses(details, thing.shipments)
            seen = replace(seen, watched_from=since, shipments=memory)
            if seen.is_open:
                seen = replace(seen, due_at=now + next_look)
        made_at = read_moment(details.get("createdAt"))
        self._recorder.let_out(database, stream, thing.resource_id, details, now, made_at=made_at)
        self._things.remember(database, stream, seen)
        return news


def _by_id(stream: Stream, rows: Sequence[Row]) -> dict[str, Row]:
    source = SOURCES[stream.resource]
    by_id = {source.resource_id(row): row for row in rows}
    if by_id.pop(None, None) is not None:
        log.warning("feed.row_without_id", shop=stream.shop, resource=stream.resource)
    return {str(resource_id): row for resource_id, row in by_id.items()}


def _later(known: datetime | None, listed: object) -> datetime | None:
    """Answer the last update, also where ReturnGO's answer is behind what it said before."""
    moments = [each for each in (known, read_moment(listed)) if each is not None]
    return max(moments, default=None)


def _by_number(resource_id: str) -> tuple[int, str]:
    return len(resource_id), resource_id


def _news(
    stream: Stream, resource_id: str, row: Row, before: Thing | None, wanted: Wanted
) -> list[Change]:
    """Tell what a row says has happened since the baseline, and since somebody wants its kind."""
    known = None
    if before is not None:
        known = Known(
            before.status,
            before.updated_at,
            before.moves,
            was_listed=before.listed_at is not None,
            is_past=before.updated_at is not None and before.updated_at < stream.baseline_from,
        )
    return [
        change
        for change in SOURCES[stream.resource].changes(resource_id, row, known)
        if change.occurred_at is None
        or change.occurred_at
        >= max(stream.baseline_from, wanted.since.get(change.kind, stream.baseline_from))
    ]


def _followed_from(thing: Thing, wanted: Wanted) -> datetime | None:
    """Answer from when on the parts of a thing are news, None while nobody wants them.

    What the first look takes in was listed lately; all that comes later is news only since somebody
    asked.
    """
    if wanted.asked_from is None or wanted.watched_from is None:
        return None
    if thing.watched_from is not None:
        return thing.watched_from
    is_recent = thing.listed_at is not None and thing.listed_at >= wanted.watched_from
    return wanted.watched_from if wanted.is_first and is_recent else wanted.asked_from


def _look_again(stream: Stream, thing: Thing, now: datetime, *, has_moved: bool) -> datetime | None:
    """Choose when to read the details of a thing that is listed as updated since `stream.since`.

    The row does not say when. If it is known to have been updated since then, the row may speak of
    that, or of another update since: one more look, when this one has left the window, tells.
    """
    if thing.tries:
        return thing.due_at
    if has_moved or thing.updated_at is None or thing.updated_at < stream.since:
        return now
    doubt_ends = now + OVERLAP
    return doubt_ends if thing.due_at is None else min(thing.due_at, doubt_ends)
