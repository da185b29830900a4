"""Counts the open RMAs by shop and status, and those of them without a tracking number.

It asks the bridge, not ReturnGO, and so costs no call: each row tells as of when it is true. Where
the bridge has not listed a shop yet, its row has no status and no count; a trigger of RMAs that is
polled, or has a hook, keeps the counts fresh.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.blocks import Knowledge, KnownSearch, RmaCount
from schemas.fields import CommaList, DateTime, Integer, Text, fold
from schemas.shapes import FromReturnGO, Input
from schemas.words import OPEN_RMA_STATUSES


class Fields(Input):
    """Which RMAs."""

    status = CommaList(
        "Status",
        "Only RMAs in this status, or in one of several with commas between. Empty: all that are"
        " open.",
        example="Approved",
        suggestions=OPEN_RMA_STATUSES,
    )


class Count(FromReturnGO):
    """How many RMAs of a shop stand in a status."""

    id = Text(
        "ID", "The row, to tell it from others.", example="demo.myshopify.com:Approved", source="id"
    )
    status = Text("Status", "The status; null where it is not known yet.", example="Approved")
    count = Integer("Count", "How many RMAs stand in it.", example=12)
    without_tracking_number = Integer(
        "Without Tracking Number",
        "How many of them have no parcel with a tracking number.",
        example=3,
        source="without_tracking_number",
    )
    tracking_unknown = Integer(
        "Tracking Unknown",
        "How many of them the bridge has not read the parcels of.",
        example=1,
        source="tracking_unknown",
    )
    as_of = DateTime(
        "As Of",
        "When ReturnGO listed what is open: the counts are true of then.",
        example="2026-02-04T09:08:06Z",
        source="as_of",
    )


def run(
    knowledge: Knowledge, shops: Sequence[str], limit: int, status: str | None = None
) -> Iterable[Mapping[str, Any]]:
    """Ask what the feed knows; a shop that it does not know is shown whichever status is asked."""
    del limit  # there are a few rows a shop, and the caller takes as many as it wants
    wanted = None if status is None else {fold(word) for word in status.split(",")}
    return [
        _row(each)
        for each in knowledge.rma_counts(shops)
        if wanted is None or each.status is None or fold(each.status) in wanted
    ]


def _row(each: RmaCount) -> dict[str, Any]:
    return {**vars(each), "id": f"{each.shop}:{each.status or 'unknown'}"}


block = KnownSearch(label="Count RMAs", noun="RMA", input=Fields, output=Count, run=run)
