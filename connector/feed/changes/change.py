"""What happened to a tracked RMA or transaction, and what was known of it before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.blocks import Kind

Row = Mapping[str, Any]
Details = Mapping[str, Any]

# How `Change.occurred_at` is known.
BY_EVENT = "event"
BY_COMMENT = "comment"


@dataclass(frozen=True)
class Known:
    """How an RMA or a transaction was last seen.

    `updated_at` is its last update, `moves` how many events of its row were taken for changes of
    status. Since the last of these it came into the statuses `undated` without any event. Where
    `is_held`, its newest event says that it was approved, which its status denied. Of what was
    updated before the baseline, and not since, nothing was told: it `is_past`.
    """

    status: str | None
    updated_at: datetime | None = None
    moves: int = 0
    undated: tuple[str, ...] = ()
    is_held: bool = False
    is_past: bool = False


@dataclass(frozen=True)
class Change:
    """Something that has happened.

    `key` names it for ever, so that a second look finds the same change, and is the event's id
    ([A] ids-shared); `alias` is another key under which it may have been told before. What
    `may_repeat` is known to be news: if its key is taken, it gets a number. `occurred_at` is None
    when only the details can tell, or nobody; `dated_by` says how it is known.
    """

    key: str
    kind: Kind
    status: str | None
    occurred_at: datetime | None
    previous: str | None = None
    part: str | None = None
    alias: str | None = None
    may_repeat: bool = False
    dated_by: str | None = None


@dataclass(frozen=True)
class Seen:
    """What one look at a row tells: what has changed, and what to remember for the next look.

    `since` is when it came into its status, None where the row does not say.
    """

    changes: tuple[Change, ...]
    known: Known
    since: datetime | None = None

    @property
    def moved(self) -> int:
        """How many changes of status the look has found."""
        return sum(change.kind in STATUS_CHANGES for change in self.changes)


STATUS_CHANGES = (Kind.RMA_STATUS_CHANGED, Kind.TRANSACTION_STATUS_CHANGED)


def status_of(row: Row) -> str | None:
    """Return the status in a row, whatever word it is."""
    status = row.get("status")
    return None if status is None else str(status)
