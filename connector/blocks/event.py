"""What happened at ReturnGO, as the log keeps it and triggers take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Resource(StrEnum):
    """What the feed reads at ReturnGO."""

    RMAS = "rmas"
    TRANSACTIONS = "transactions"


class Kind(StrEnum):
    """What can happen. The word before the dot names the thing it happens to."""

    RMA_CREATED = "rma.created"
    TRANSACTION_CHANGED = "transaction.changed"

    @property
    def resource(self) -> Resource:
        """Name the list at ReturnGO in which it is seen."""
        return Resource(f"{self.partition('.')[0]}s")


@dataclass(frozen=True)
class Event:
    """One event. `id` is its own, for ever the same; `body` is what ReturnGO showed."""

    id: str
    kind: Kind
    shop: str
    occurred_at: datetime | None
    recorded_at: datetime
    body: Mapping[str, Any]
