"""Sources: how each resource is listed at ReturnGO, and what its rows and details tell."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.blocks import Resource
from connector.feed.changes import Change, Known, Row, rma_changes, transaction_changes
from connector.returngo import ReturnGO, Rows, rmas_of


@dataclass(frozen=True, kw_only=True)
class Source:
    """One resource.

    `rows` lists it, `id_key` is where a row has its id, `changes` says what a row tells. Where a
    row does not tell all, `details` fetches the rest; they are whole only with `details_key`. Where
    a row does not name its RMA, `rmas_of` finds the details of those of several rows.
    """

    rows: Callable[..., Rows]
    id_key: str
    changes: Callable[[str, Row, Known | None], Iterable[Change]]
    details: Callable[[ReturnGO, str], dict[str, Any]] | None = None
    details_key: str = ""
    rmas_of: Callable[..., Mapping[str, Row]] | None = None

    def resource_id(self, row: Row) -> str | None:
        """Answer the id of the thing in a row, or None when the row names nothing."""
        found = row.get(self.id_key)
        return None if found in (None, "") else str(found)


SOURCES = {
    Resource.RMAS: Source(
        rows=ReturnGO.list_rmas,
        id_key="rmaId",
        changes=rma_changes,
        details=ReturnGO.get_rma,
        details_key="rmaSummary",
    ),
    Resource.TRANSACTIONS: Source(
        rows=ReturnGO.list_transactions,
        id_key="id",
        changes=transaction_changes,
        rmas_of=rmas_of,
    ),
}
