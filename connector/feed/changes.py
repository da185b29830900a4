"""What one row of a list at ReturnGO tells: what happened to which thing.

Pure functions. What of it is news is decided against the log, in `recorder`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.blocks import Kind
from schemas.reading import read_moment, show_moment
from schemas.words import RMA_STATUSES

Row = Mapping[str, Any]

RMA_CREATED = "RMA_CREATED"
# [A] rma-event-names
STATUS_OF_EVENT = {f"RMA_{status.upper()}": status for status in RMA_STATUSES}
FIRST_STATUS = RMA_STATUSES[0]


@dataclass(frozen=True)
class Known:
    """How a thing was last seen: its status, and when it was last updated, if that was told."""

    status: str | None
    updated_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    """Something that has happened.

    `key` names it for ever, so that a second look finds the same change, and is the event's id
    ([A] ids-shared); `alias` is the key under which it may have been told before ReturnGO named its
    time. `occurred_at` is None when only the thing's details can tell, or nobody.
    """

    key: str
    kind: Kind
    status: str | None
    occurred_at: datetime | None
    previous: str | None = None
    part: str | None = None
    alias: str | None = None


def status_of(row: Row) -> str | None:
    """Answer the status in a row, whatever word it is."""
    status = row.get("status")
    return None if status is None else str(status)


def rma_changes(rma_id: str, row: Row, known: Known | None) -> Iterator[Change]:
    """Tell what happened to an RMA: that it was made, and each change of its status.

    A status that no event explains has changed, too, when it is not the one that was known.
    """
    status = status_of(row)
    events = list(_events(row))
    created_at = next((when for name, when in events if name == RMA_CREATED), None)
    if created_at is not None or known is None:
        yield Change(f"rma:{rma_id}:created", Kind.RMA_CREATED, status, created_at)
    previous = None if created_at is None else FIRST_STATUS
    last = "" if created_at is None else show_moment(created_at)
    for name, when in events:
        to = STATUS_OF_EVENT.get(name)
        if to is None:
            continue
        at = show_moment(when)
        yield Change(
            key=f"rma:{rma_id}:{to}:{at}",
            kind=Kind.RMA_STATUS_CHANGED,
            status=to,
            occurred_at=when,
            previous=previous,
            alias=_untimed(rma_id, to, last),
        )
        previous, last = to, at
    if known is not None and status not in (known.status, previous):
        yield Change(
            key=_untimed(rma_id, status, last),
            kind=Kind.RMA_STATUS_CHANGED,
            status=status,
            occurred_at=None,
            previous=previous or known.status,
        )


def transaction_changes(transaction_id: str, row: Row, known: Known | None) -> Iterator[Change]:
    """Tell what happened to a transaction: made, come into a status, updated since it was made."""
    status = status_of(row)
    created_at = read_moment(row.get("createdAt"))
    updated_at = read_moment(row.get("lastUpdated")) or created_at
    when = "" if updated_at is None else f":{show_moment(updated_at)}"
    came = f"transaction:{transaction_id}:{status}{when}"
    before = None if known is None else known.status
    has_come = known is None or known.status != status
    was_told = known is not None and not has_come and known.updated_at == updated_at
    if known is None:
        key = f"transaction:{transaction_id}:created"
        yield Change(key, Kind.TRANSACTION_CREATED, status, created_at)
    if not was_told and (updated_at != created_at or (known is not None and has_come)):
        key = f"transaction:{transaction_id}:updated{when}"
        # An answer that is behind shows again how the transaction was made: that is no update.
        alias = came if updated_at == created_at else None
        yield Change(
            key, Kind.TRANSACTION_UPDATED, status, updated_at, previous=before, alias=alias
        )
    if has_come:
        yield Change(came, Kind.TRANSACTION_STATUS_CHANGED, status, updated_at, previous=before)


def _events(row: Row) -> Iterator[tuple[str, datetime]]:
    """Go through what a row says has happened, in the order of its times."""
    events = row.get("events")
    timed = [
        (when, str(each.get("eventName")))
        for each in (events if isinstance(events, list) else ())
        if isinstance(each, Mapping) and (when := read_moment(each.get("eventDate"))) is not None
    ]
    for when, name in sorted(timed, key=lambda each: each[0]):
        yield name, when


def _untimed(rma_id: str, status: str | None, last: str) -> str:
    return f"rma:{rma_id}:{status}:after:{last}"
