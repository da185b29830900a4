"""Tracked: how an RMA or a transaction was last seen, and how that is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import simplejson

from connector.feed.changes.change import Known
from connector.feed.changes.of_details import Memory, Parcel
from schemas.words import OPEN_RMA_STATUSES, RMA_STATUSES

CLOSED = tuple(each for each in RMA_STATUSES if each not in OPEN_RMA_STATUSES)


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """An RMA or a transaction as it was last seen.

    `moves` counts the changes of status that its row has named; those that no event has named since
    are `undated`, and an approval that did not come true `is_held`. It has been in its status since
    `status_since`, its `stays`-th stay in any.
    `listed_at` is when a list last told of an update, `scan` the last one of what is open that held
    it, `left_at` when one no longer did. `updated_at` is the time of its last update, where its
    details told it. It is `failing_since` it cannot be read, `unknown_since` ReturnGO knows nothing
    of it. Its parts are followed from `watched_from` on; `shipments` is what was remembered of
    them. `row` is its last row, sealed; `shown` what its fields showed, as digests. One that
    `is_forgotten`, with its customer, is neither told nor kept.
    """

    resource_id: str
    status: str | None = None
    moves: int = 0
    undated: tuple[str, ...] | None = None
    is_held: bool = False
    stays: int = 0
    status_since: datetime | None = None
    listed_at: datetime | None = None
    scan: int = 0
    left_at: datetime | None = None
    updated_at: datetime | None = None
    due_at: datetime | None = None
    tries: int = 0
    failing_since: datetime | None = None
    unknown_since: datetime | None = None
    watched_from: datetime | None = None
    shipments: Memory | None = None
    has_tracking: bool | None = None
    row: bytes | None = None
    shown: dict[str, str] | None = None
    is_forgotten: bool = False

    @property
    def has_moved(self) -> bool:
        """Whether it is to be read because a list has shown that it moved."""
        return self.due_at is not None and self.due_at in (self.listed_at, self.left_at)

    @property
    def is_quiet(self) -> bool:
        """Whether nobody follows it, nor is it to be read."""
        return self.watched_from is None and self.due_at is None

    @property
    def is_open(self) -> bool:
        """Whether more is to happen to it."""
        return self.status not in CLOSED

    def after(self, look: Known) -> "Tracked":
        """Return how it stands after a look at its row."""
        return replace(
            self,
            status=look.status,
            moves=look.moves,
            undated=look.undated,
            is_held=look.is_held,
        )

    def known(self, *, baseline: datetime) -> Known:
        """Return what a look at its row compares with."""
        # An older release did not note how it came into its status: then nothing dated it.
        undated = (self.status,) if self.undated is None and self.status else self.undated
        return Known(
            status=self.status,
            updated_at=self.updated_at,
            moves=self.moves,
            undated=undated or (),
            is_held=self.is_held,
            is_past=self.updated_at is not None and self.updated_at < baseline,
        )


# These have no column of their own.
_ELSEWHERE = ("undated", "is_held", "is_forgotten")
COLUMNS = tuple(each.name for each in fields(Tracked) if each.name not in _ELSEWHERE)
KEPT = (*COLUMNS, "trail")  # of a row


def to_row(seen: Tracked) -> dict[str, Any]:
    """Write one as a row of the database."""
    values = {name: getattr(seen, name) for name in COLUMNS}
    values["trail"] = simplejson.dumps({"undated": seen.undated or (), "is_held": seen.is_held})
    if seen.shipments is not None:
        parcels = {each: [at.status, at.has_label] for each, at in seen.shipments.items()}
        values["shipments"] = simplejson.dumps(parcels)
    if seen.shown is not None:
        values["shown"] = simplejson.dumps(seen.shown)
    return values


def from_row(row: Mapping[Any, Any]) -> Tracked:
    """Read one from a row of the database."""
    seen = Tracked(**{name: row[name] for name in COLUMNS})
    if row["trail"] is not None:
        trail = simplejson.loads(row["trail"])
        seen = replace(seen, undated=tuple(trail["undated"]), is_held=trail["is_held"])
    if row["shipments"] is not None:
        shipments = simplejson.loads(row["shipments"]).items()
        seen = replace(seen, shipments={each: _parcel(at) for each, at in shipments})
    if row["shown"] is not None:
        seen = replace(seen, shown=simplejson.loads(row["shown"]))
    return seen


def _parcel(kept: Any) -> Parcel:
    # An older release kept the status alone.
    return Parcel(kept) if isinstance(kept, str) else Parcel(*kept)
