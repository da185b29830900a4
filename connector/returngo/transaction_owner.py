"""Which RMA a transaction belongs to: its row does not say, but the RMA's details hold it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from connector.returngo.client import ReturnGO
from connector.returngo.errors import BadRequest, NotFound, ReturnGOError, Unavailable
from schemas.reading import read_moment, rows

Document = Mapping[str, Any]
Rmas = dict[str, dict[str, Any]]

# A refund mostly follows upon a step of its RMA, so those that moved last before it come first.
TRIES = 2
SAME_STEP = timedelta(minutes=1)  # what is so near in time is one step
SEARCH_SECONDS = 15.0  # the platforms give up at 30

NOBODY: Mapping[str, str] = {}

log = structlog.get_logger()


def rmas_of(
    returngo: ReturnGO,
    transactions: Sequence[Document],
    *,
    most_calls: int,
    seconds: float = SEARCH_SECONDS,
    known: Mapping[str, str] = NOBODY,
) -> Rmas:
    """Find the details of the RMA to which each transaction belongs, by the transaction's id.

    Only what the details themselves confirm is answered; the `known` RMA of a transaction is looked
    at first, and what is not found among the newest 500 is left out. Makes `most_calls` calls at
    most, and none after so many `seconds`. It raises nothing: when ReturnGO fails, less is found.
    """
    search = _Search(returngo, transactions, most_calls, seconds, known)
    try:
        search.run()
    except ReturnGOError as error:
        log.warning("returngo.transaction_owner_cut_short", shop=returngo.shop, reason=str(error))
    return search.found


class _Search:
    """One search, which counts its calls and reads no RMA twice."""

    def __init__(
        self,
        returngo: ReturnGO,
        transactions: Sequence[Document],
        most_calls: int,
        seconds: float,
        known: Mapping[str, str],
    ) -> None:
        self._returngo = returngo
        self._transactions = {
            str(each["id"]): each for each in transactions if each.get("id") not in (None, "")
        }
        self._left = most_calls
        self._until = returngo.now() + timedelta(seconds=seconds)
        self._known = known
        self._read: set[str] = set()
        self.found: Rmas = {}

    def run(self) -> None:
        for transaction_id in self._transactions:
            if transaction_id in self._known:
                self._look(self._known[transaction_id])
        self._search({each for each in self._transactions if each not in self.found})

    def _search(self, transaction_ids: Collection[str]) -> None:
        """Look for the RMAs of these among the newest, by when they moved."""
        if not transaction_ids or not self._may_call(2):  # the list, and one RMA
            return
        self._left -= 1
        times = {
            str(row["rmaId"]): list(_times(rows(row, "events"), "eventDate"))
            for row in self._returngo.list_rmas().rows
            if row.get("rmaId") is not None
        }
        ranked = {
            transaction_id: sorted(times, key=lambda rma_id: _rank(times[rma_id], transaction))
            for transaction_id, transaction in self._transactions.items()
            if transaction_id in transaction_ids
        }
        for transaction_id, candidates in ranked.items():
            for rma_id in candidates[:TRIES]:
                if transaction_id not in self.found:
                    self._look(rma_id)
        for transaction_id, candidates in ranked.items():
            if transaction_id not in self.found:
                self._halve(transaction_id, [each for each in candidates if each not in self._read])

    def _look(self, rma_id: str) -> None:
        """Read an RMA, and note which transactions it holds."""
        if rma_id in self._read or not self._may_call(1):
            return
        self._left -= 1
        self._read.add(rma_id)
        try:
            details = self._returngo.get_rma(rma_id)
        except (NotFound, BadRequest, Unavailable):  # this one will not tell; another may
            return
        for transaction_id in _belonging(details, self._transactions):
            self.found[transaction_id] = details

    def _halve(self, transaction_id: str, candidates: list[str]) -> None:
        """Ask whether it is of any of the candidates, then of which half, until one is left."""
        # [A] filters-combine
        if not self._may_call(len(candidates).bit_length() + 2):
            return
        if not self._is_of(transaction_id, candidates):
            return
        while len(candidates) > 1:
            half = candidates[: len(candidates) // 2]
            is_here = self._is_of(transaction_id, half)
            candidates = half if is_here else candidates[len(half) :]
        self._look(candidates[0])

    def _may_call(self, calls: int) -> bool:
        return self._left >= calls and self._returngo.now() < self._until

    def _is_of(self, transaction_id: str, rma_ids: list[str]) -> bool:
        if not rma_ids:
            return False
        self._left -= 1
        page = self._returngo.list_transactions(ids=[transaction_id], rma_ids=rma_ids, pagesize=1)
        return any(str(row.get("id")) == transaction_id for row in page.rows)


def _belonging(details: Document, transactions: Mapping[str, Document]) -> Iterator[str]:
    """Tell which transactions the details hold, or the returned items of which they hold."""
    own = _texts(each.get("id") for each in rows(details, "transactions"))
    items = _texts(each.get("returnedItemId") for each in rows(details, "items"))
    for transaction_id, transaction in transactions.items():
        named = transaction.get("returnItemIds")
        returned = _texts(named) if isinstance(named, list) else set()
        if transaction_id in own or returned & items:
            yield transaction_id


def _texts(values: Iterable[Any]) -> set[str]:
    return {str(each) for each in values if each not in (None, "")}


def _rank(moments: Sequence[datetime], transaction: Document) -> tuple[bool, timedelta]:
    """Order RMAs by when they moved: shortly before the transaction first, later ones last."""
    made = list(_times([transaction], "createdAt", "lastUpdated"))
    before = [each for each in moments if made and each <= made[0] + SAME_STEP]
    if not before:
        return True, timedelta.max
    return False, abs(made[0] - max(before))


def _times(documents: Sequence[Document], *keys: str) -> Iterator[datetime]:
    for document in documents:
        for key in keys:
            moment = read_moment(document.get(key))
            if moment is not None:
                yield moment
