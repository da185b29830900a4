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
    """How a thing was last seen.

    `moves` counts the changes of status that its row named, `updated_at` is the last update that it
    told. What was counted, but never listed as updated, is not `was_listed`. Of what was updated
    before the baseline, and not since, nothing was told: it `is_past`.
    """

    status: str | None
    updated_at: datetime | None = None
    moves: int = 0
    was_listed: bool = True
    is_past: bool = False


@dataclass(frozen=True)
class Change:
    """Something that has happened.

    `key` names it for ever, so that a second look finds the same change, and is the event's id
    ([A] ids-shared); `alias` is another key under which it may have been told before. What
    `may_repeat` is known to be news: if its key is taken, it gets a number. `occurred_at` is None
    when only the thing's details can tell, or nobody.
    """

    key: str
    kind: Kind
    status: str | None
    occurred_at: datetime | None
    previous: str | None = None
    part: str | None = None
    alias: str | None = None
    may_repeat: bool = False


def status_of(row: Row) -> str | None:
    """Answer the status in a row, whatever word it is."""
    status = row.get("status")
    return None if status is None else str(status)


def moves_of(row: Row) -> int:
    """Count the changes of status that a row names."""
    return sum(name in STATUS_OF_EVENT and name != RMA_CREATED for name, _ in _events(row))


def rma_changes(rma_id: str, row: Row, known: Known | None) -> Iterator[Change]:
    """Tell what happened to an RMA: that it was made, and each change of its status.

    A status that no event explains has changed, too, when it is not the one that was known.
    """
    status = status_of(row)
    events = list(_events(row))
    created_at = next((when for name, when in events if name == RMA_CREATED), None)
    if created_at is not None or known is None or not known.was_listed:
        yield Change(f"rma:{rma_id}:created", Kind.RMA_CREATED, status, created_at)
    previous = None if created_at is None else FIRST_STATUS
    last = "" if created_at is None else show_moment(created_at)
    moves = 0
    for name, when in events:
        to = STATUS_OF_EVENT.get(name)
        if to is None or name == RMA_CREATED:
            continue
        if known is not None and known.moves == moves and known.status is not None:
            previous = known.status  # the first that is new follows upon what was seen
        moves += 1
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
    if known is None or status in (None, known.status):
        return
    if moves == known.moves or status != previous:
        yield Change(
            key=_untimed(rma_id, status, last),
            kind=Kind.RMA_STATUS_CHANGED,
            status=status,
            occurred_at=None,
            previous=known.status or previous,
            may_repeat=True,
        )


def transaction_changes(transaction_id: str, row: Row, known: Known | None) -> Iterator[Change]:
    """Tell what happened to a transaction: made, come into a status, updated since it was made.

    Nobody was told of the status of one that is past: its first update since tells it, too.
    """
    before = None if known is None else known.status
    status = status_of(row) or before
    created_at = read_moment(row.get("createdAt"))
    last_updated = read_moment(row.get("lastUpdated"))
    updated_at = last_updated or created_at
    when = _at(updated_at)
    came = f"transaction:{transaction_id}:{status}"
    has_come = status != before
    has_changed = known is not None and has_come
    was_told = known is not None and not has_come and known.updated_at == last_updated
    is_dated = last_updated is not None  # else only memory tells one change from another
    if known is None:
        key = f"transaction:{transaction_id}:created"
        yield Change(key, Kind.TRANSACTION_CREATED, status, created_at)
    if not was_told and (updated_at != created_at or has_changed):
        yield Change(
            key=f"transaction:{transaction_id}:updated{when}",
            kind=Kind.TRANSACTION_UPDATED,
            status=status,
            occurred_at=updated_at,
            previous=before,
            # An answer that is behind shows again how the transaction was made: no update.
            alias=f"{came}{when}" if is_dated and updated_at == created_at else None,
            may_repeat=has_changed and not is_dated,
        )
    if has_come or (known is not None and known.is_past and not was_told):
        yield Change(
            key=f"{came}{when}",
            kind=Kind.TRANSACTION_STATUS_CHANGED,
            status=status,
            occurred_at=updated_at,
            previous=before if has_come else None,
            # A backfill may have told it.
            alias=None if has_come or known is None else f"{came}{_at(known.updated_at)}",
            may_repeat=has_changed and not is_dated,
        )


def _events(row: Row) -> Iterator[tuple[str, datetime]]:
    """Go through what a row says has happened, in the order of its times."""
    events = row.get("events")
    timed = [
        (when, str(each.get("eventName")))
        for each in (events if isinstance(events, list) else ())
        if isinstance(each, Mapping) and (when := read_moment(each.get("eventDate"))) is not None
    ]
    for when, name in sorted(timed, key=_place):
        yield name, when


def _place(event: tuple[datetime, str]) -> tuple[datetime, int]:
    """Order events by their time, and those of one second by the RMA's line of life."""
    when, name = event
    status = STATUS_OF_EVENT.get(name)
    return when, -1 if status is None else RMA_STATUSES.index(status)


def _at(moment: datetime | None) -> str:
    return "" if moment is None else f":{show_moment(moment)}"


def _untimed(rma_id: str, status: str | None, last: str) -> str:
    return f"rma:{rma_id}:{status}:after:{last}"
