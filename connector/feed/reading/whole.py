"""Reading an RMA whole: with its shipments, items, comments and transactions, in one call."""

from typing import Any

from connector.blocks import Resource
from connector.feed.changes.resources import SOURCES
from connector.returngo import ReturnGO, Unavailable

SUMMARY = "rmaSummary"  # where the details hold what a row of the list does


def read_whole(returngo: ReturnGO, rma_id: str) -> dict[str, Any]:
    """Read the details of the RMA that is asked for.

    Raises Unavailable when ReturnGO answers with less, or with another, and ReturnGOError.
    """
    details = returngo.get_rma(rma_id)
    summary = details.get(SUMMARY)
    if not isinstance(summary, dict):
        raise Unavailable(f"ReturnGO answered without {SUMMARY}.")
    if SOURCES[Resource.RMAS].resource_id(summary) != rma_id:
        raise Unavailable(f"ReturnGO showed another RMA instead of {rma_id}.")
    return details
