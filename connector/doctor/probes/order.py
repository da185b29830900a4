"""The order of lists: whether they can be sorted by when their things were made."""

from collections.abc import Sequence
from datetime import datetime

from connector.doctor.evidence import Evidence, created_at
from connector.doctor.told import Told, cannot_tell, false, true
from connector.returngo import BadRequest
from schemas.reading import read_moment

TELL = "Tell the maintainers: {} cannot be sorted by when they were made."


def transaction_order(evidence: Evidence) -> Told:
    """Ask for transactions by `-created_at`; without it the oldest come first."""
    if not evidence.can_sort_transactions:
        return false("ReturnGO refuses sort_by=-created_at.", TELL.format("transactions"))
    made = [read_moment(row.get("createdAt")) for row in evidence.transactions]
    return _told("transactions", [each for each in made if each is not None], newest_first=True)


def rma_order(evidence: Evidence) -> Told:
    """Ask for RMAs by `+rma_created_at`; without it the newest come first."""
    try:
        found = evidence.ask("/rmas", ("sort_by", "+rma_created_at"))
    except BadRequest:
        return false("ReturnGO refuses sort_by=+rma_created_at.", TELL.format("RMAs"))
    made = [created_at(row) for row in found]
    return _told("RMAs", [each for each in made if each is not None], newest_first=False)


def _told(what: str, made: Sequence[datetime], *, newest_first: bool) -> Told:
    if len(set(made)) < 2:  # noqa: PLR2004 (two make an order)
        return cannot_tell(f"There are too few {what} to see an order.")
    if list(made) == sorted(made, reverse=newest_first):
        return true(f"{len(made)} {what} came in the order that was asked for.")
    return false(f"{len(made)} {what} came in another order.", TELL.format(what))
