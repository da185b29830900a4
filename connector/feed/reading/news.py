"""News: which rows name something, and what of it somebody wants."""

from collections.abc import Sequence
from typing import Any

import structlog

from connector.feed.changes.change import Change, Seen
from connector.feed.changes.resources import SOURCES
from connector.feed.streams.interests import Wanted
from connector.feed.streams.stream import Stream

log = structlog.get_logger()


def by_id(stream: Stream, rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the rows that name something, by its id."""
    listed = SOURCES[stream.resource].by_id(rows)
    if any(SOURCES[stream.resource].resource_id(row) is None for row in rows):
        log.warning("feed.row_without_id", shop=stream.shop, resource=stream.resource)
    return listed


def by_number(resource_id: str) -> tuple[int, str]:
    """Order ids as numbers: one order for all who write, or they deadlock."""
    return len(resource_id), resource_id


def wanted_of(look: Seen, stream: Stream, wanted: Wanted) -> list[Change]:
    """Choose what is recent enough for news, and has happened since somebody wants its kind."""
    baseline = stream.news_from
    return [
        change
        for change in look.changes
        if change.occurred_at is None
        or change.occurred_at >= max(baseline, wanted.since.get(change.kind, baseline))
    ]
