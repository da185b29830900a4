"""What one row of a list at ReturnGO tells: what happened to which thing.

Pure functions. What of it is news is decided against the log, in `recorder`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.blocks import Kind
from schemas.reading import read_moment, show_moment

Row = Mapping[str, Any]

RMA_CREATED = "RMA_CREATED"


@dataclass(frozen=True)
class Known:
    """A thing as it was last seen."""

    status: str | None


@dataclass(frozen=True)
class Change:
    """Something that a row says has happened.

    `key` names it for ever, so that a second look finds the same change, and is the event's id
    ([A] ids-shared). `occurred_at` is None when only the thing's details can tell.
    """

    key: str
    kind: Kind
    status: str | None
    occurred_at: datetime | None


def status_of(row: Row) -> str | None:
    """Answer the status in a row, whatever word it is."""
    status = row.get("status")
    return None if status is None else str(status)


def rma_changes(rma_id: str, row: Row, known: Known | None) -> list[Change]:
    """Tell what happened to an RMA: that it was made."""
    events = row.get("events")
    created_at = next(
        (
            read_moment(each.get("eventDate"))
            for each in (events if isinstance(events, list) else ())
            if isinstance(each, Mapping) and each.get("eventName") == RMA_CREATED
        ),
        None,
    )
    if created_at is None and known is not None:
        return []
    return [Change(f"{rma_id}:created", Kind.RMA_CREATED, status_of(row), created_at)]


def transaction_changes(transaction_id: str, row: Row, known: Known | None) -> list[Change]:
    """Tell what happened to a transaction: that it came into a status."""
    status = status_of(row)
    if known is not None and known.status == status:
        return []
    changed_at = read_moment(row.get("lastUpdated") or row.get("createdAt"))
    when = "" if changed_at is None else f":{show_moment(changed_at)}"
    key = f"{transaction_id}:{status}{when}"
    return [Change(key, Kind.TRANSACTION_CHANGED, status, changed_at)]
