"""What a transaction's row tells: that it was made, a new status, another field that has changed.

A time proves nothing: ReturnGO moves `lastUpdated` of store credits for nothing that a row shows.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from connector.blocks import Kind
from connector.feed.changes.change import BY_EVENT, Change, Known, Row, Seen, status_of
from schemas.fields import Described
from schemas.reading import dig, read_moment, show_moment
from schemas.transaction import Transaction

SAYS_NOTHING = ("id", "transaction_id", "created_at", "updated_at")
SHOWN: dict[str, str] = {
    name: str(field.source)
    for name, field in Transaction().fields.items()
    if isinstance(field, Described) and name not in SAYS_NOTHING
}


def is_behind(row: Row, known: Known | None) -> bool:
    """Whether a row shows an older state than the one that was seen last."""
    last_updated = read_moment(row.get("lastUpdated"))
    if known is None or known.updated_at is None or last_updated is None:
        return False
    return last_updated < known.updated_at


def shown_values(row: Row) -> dict[str, Any]:
    """Return what a transaction shows, by the names of its fields; what a row lacks is left out.

    Its ids and the time of its last update say nothing of it.
    """
    shown = {}
    for name, path in SHOWN.items():
        within, _, key = path.rpartition(".")
        holder = dig(row, within) if within else row
        if isinstance(holder, Mapping) and key in holder:
            shown[name] = holder[key]
    return shown


def transaction_seen(
    transaction_id: str, row: Row, known: Known | None, *, is_same: bool | None = None
) -> Seen:
    """Compare a transaction's row with what was `known` of it.

    `is_same` says whether the fields that it shows are those of the last look, None where that is
    not known: then a new time of its last update counts. Nobody was told of the status of one that
    is past: its first update since tells it, too.
    """
    before = None if known is None else known.status
    status = status_of(row) or before
    last_updated = read_moment(row.get("lastUpdated"))
    changes = tuple(_changes(transaction_id, row, known, status, is_same=is_same))
    return Seen(changes, Known(status, updated_at=last_updated))


def _changes(
    transaction_id: str, row: Row, known: Known | None, status: str | None, *, is_same: bool | None
) -> Iterator[Change]:
    seen = known or Known(status=None)
    created_at = read_moment(row.get("createdAt"))
    last_updated = read_moment(row.get("lastUpdated"))
    updated_at = last_updated or created_at
    came = _came(transaction_id, status, updated_at)
    has_come = status != seen.status
    has_changed = known is not None and (has_come or is_same is False)
    was_told = known is not None and not has_changed and seen.updated_at == last_updated
    is_dated = last_updated is not None  # else only memory tells one change from another
    if known is None:
        key = f"transaction:{transaction_id}:created"
        yield Change(key, Kind.TRANSACTION_CREATED, status, created_at, dated_by=BY_EVENT)
    is_update = is_same is not True and not was_told and updated_at != created_at
    if is_update or has_changed:
        yield Change(
            key=f"transaction:{transaction_id}:updated{_at(updated_at)}",
            kind=Kind.TRANSACTION_UPDATED,
            status=status,
            occurred_at=updated_at,
            previous=seen.status,
            # An answer that is behind shows again how the transaction was made: no update.
            alias=came if is_dated and updated_at == created_at and is_same is None else None,
            may_repeat=has_changed and (is_same is False or not is_dated),
            dated_by=BY_EVENT,
        )
    if has_come or (seen.is_past and not was_told):
        yield Change(
            key=came,
            kind=Kind.TRANSACTION_STATUS_CHANGED,
            status=status,
            occurred_at=updated_at,
            previous=seen.status if has_come else None,
            # A backfill may have told it.
            alias=None if has_come else _came(transaction_id, status, seen.updated_at),
            may_repeat=has_changed and not is_dated,
            dated_by=BY_EVENT,
        )


def _came(transaction_id: str, status: str | None, at: datetime | None) -> str:
    return f"transaction:{transaction_id}:{status}{_at(at)}"


def _at(moment: datetime | None) -> str:
    return "" if moment is None else f":{show_moment(moment)}"
