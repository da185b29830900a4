"""What the feed knows of ReturnGO, for searches that are answered without asking it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class RmaCount:
    """How many open RMAs of a shop stand in a status, true `as_of` the last listing of them.

    Of the `count`, some have no parcel `without_tracking_number`; of `tracking_unknown` the bridge
    has not seen the parcels. Where a shop was never listed, `status`, `count` and `as_of` are None.
    """

    shop: str
    status: str | None
    count: int | None
    without_tracking_number: int
    tracking_unknown: int
    as_of: datetime | None


class Knowledge(Protocol):
    """What is known of the shops of one connection."""

    def rma_counts(self, shops: Sequence[str]) -> list[RmaCount]:
        """Count the open RMAs of `shops`, by shop and status; one row for a shop never listed."""
        ...
