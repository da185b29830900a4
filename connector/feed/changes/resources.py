"""The two resources that are listed at ReturnGO: how, and where their rows have their ids."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connector.blocks import Resource
from connector.feed.changes.change import Change, Row
from connector.feed.changes.of_rmas import rma_seen
from connector.feed.changes.of_transactions import transaction_seen
from connector.returngo import ReturnGO, Rows


@dataclass(frozen=True, kw_only=True)
class ResourceSource:
    """One resource.

    `rows` lists it, `id_key` is where a row has its id, `first_changes` tells what the row of one
    says that nobody knew. Only where `has_details`, a row does not tell all.
    """

    rows: Callable[..., Rows]
    id_key: str
    first_changes: Callable[[str, Row], Iterable[Change]]
    has_details: bool = False

    def resource_id(self, row: Row) -> str | None:
        """Return the id of what a row shows, or None when the row names nothing."""
        found = row.get(self.id_key)
        return None if found in (None, "") else str(found)

    def by_id(self, rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return the rows that name something by its id, in the order of the list."""
        found = {self.resource_id(row): row for row in rows}
        return {each: row for each, row in found.items() if each is not None}


EVER = datetime.min.replace(tzinfo=UTC)
SOURCES = {
    Resource.RMAS: ResourceSource(
        rows=ReturnGO.list_rmas,
        id_key="rmaId",
        first_changes=lambda rma_id, row: rma_seen(rma_id, row, None, baseline=EVER).changes,
        has_details=True,
    ),
    Resource.TRANSACTIONS: ResourceSource(
        rows=ReturnGO.list_transactions,
        id_key="id",
        first_changes=lambda transaction_id, row: (
            transaction_seen(transaction_id, row, None).changes
        ),
    ),
}
