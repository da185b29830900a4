"""Which RMA a transaction belongs to: its row does not say, but the RMA's details hold it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connector.returngo.client import ReturnGO
from connector.returngo.errors import BadRequest, NotFound
from schemas.highlights import rows
from schemas.reading import read_moment

Document = Mapping[str, Any]

# A refund comes with a step of its RMA: the right one is nearly always the nearest in time.
TRIES = 3
NEVER = timedelta.max


def rmas_of(
    returngo: ReturnGO, transactions: Sequence[Document], *, most_calls: int
) -> dict[str, dict[str, Any]]:
    """Find the details of the RMA to which each transaction belongs, by the transaction's id.

    Only what the details themselves confirm is answered; what is not found is left out. The newest
    RMAs are tried, those first that did something when the transaction was made or updated. Makes
    `most_calls` calls at most. Raises ReturnGOError.
    """
    found: dict[str, dict[str, Any]] = {}
    if not transactions or most_calls < 2:  # noqa: PLR2004 (the list, and one RMA)
        return found
    times = {
        str(row["rmaId"]): list(_times(rows(row, "events"), "eventDate"))
        for row in returngo.list_rmas().rows
        if row.get("rmaId") is not None
    }
    calls = 1
    read: set[str] = set()
    for transaction in transactions:
        moments = list(_times([transaction], "createdAt", "lastUpdated"))
        nearest = sorted(times, key=lambda rma_id: _distance(times[rma_id], moments))
        for rma_id in nearest[:TRIES]:
            if str(transaction.get("id")) in found or calls == most_calls:
                break
            if rma_id in read:
                continue
            calls += 1
            read.add(rma_id)
            try:
                details = returngo.get_rma(rma_id)
            except (NotFound, BadRequest):
                continue
            found |= dict.fromkeys(_belonging(details, transactions), details)
    return found


def _belonging(details: Document, transactions: Sequence[Document]) -> Iterator[str]:
    """Tell which transactions the details hold, or the returned items of which they hold."""
    own = {str(each.get("id")) for each in rows(details, "transactions")}
    items = {str(each.get("returnedItemId")) for each in rows(details, "items")}
    for transaction in transactions:
        transaction_id = str(transaction.get("id"))
        named = transaction.get("returnItemIds")
        returned = {str(each) for each in named} if isinstance(named, list) else set()
        if transaction_id in own or returned & items:
            yield transaction_id


def _times(documents: Sequence[Document], *keys: str) -> Iterator[datetime]:
    for document in documents:
        for key in keys:
            moment = read_moment(document.get(key))
            if moment is not None:
                yield moment


def _distance(some: Sequence[datetime], others: Sequence[datetime]) -> timedelta:
    return min((abs(one - other) for one in some for other in others), default=NEVER)
