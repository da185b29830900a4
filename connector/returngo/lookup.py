"""Finding RMAs and transactions by what people know of them, the newest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from connector.returngo.client import LARGEST_PAGE, ReturnGO
from connector.returngo.errors import BadRequest, NotFound
from schemas.fields import bare_name, fold
from schemas.highlights import order_name as name_of_order
from schemas.reading import dig, read_moment, read_whole, rows

EARLIEST = datetime.min.replace(tzinfo=UTC)

NEWEST_RMAS = "-rma_created_at"
NEWEST_TRANSACTIONS = "-created_at"  # [A] transaction-order
RMA_ID = "rmaSummary.rmaId"


def find_rma(returngo: ReturnGO, rma_id: str) -> dict[str, Any] | None:
    """Return the details of one RMA; None when there is none. One call. Raises ReturnGOError."""
    try:
        return returngo.get_rma(rma_id)
    except (NotFound, BadRequest):  # the latter: no RMA can have such an id
        return None


def find_shipment(returngo: ReturnGO, rma_id: str, shipment_id: str) -> Mapping[str, Any] | None:
    """Return a shipment of an RMA; None when it has no such one, or there is no such RMA.

    One call. Raises ReturnGOError.
    """
    rma = find_rma(returngo, rma_id)
    found = () if rma is None else rows(rma, "shipments")
    return next((each for each in found if str(each.get("shipmentId")) == shipment_id), None)


def find_summaries(
    returngo: ReturnGO,
    most: int,
    *,
    order_name: str | None = None,
    customer_id: str | None = None,
    created_since: datetime | None = None,
    updated_since: datetime | None = None,
    **filters: Sequence[str],
) -> list[dict[str, Any]]:
    """Return at most `most` RMAs as far as GET /rmas tells of them, the newest first.

    They have the form of details, with most of it left out. `filters` are ReturnGO's own. An order
    is asked for as it was typed and, where that finds nothing, once more with or without the `#`:
    so it takes one call, or two. Raises ReturnGOError.
    """
    for spelling in _spellings(order_name):
        named = {"order_name": spelling, "customer_ids": customer_id}
        filters |= {name: [value] for name, value in named.items() if value is not None}
        # ReturnGO's filter may find more than was asked for, such as #10011 for #1001.
        enough = most if spelling is None else LARGEST_PAGE
        page = _rows(
            returngo, enough, created_since=created_since, updated_since=updated_since, **filters
        )
        summaries = ({"rmaSummary": row} for row in page)
        found = [rma for rma in summaries if is_wanted(rma, order_name=order_name)]
        if found:
            return found[:most]
    return []


def find_details(
    returngo: ReturnGO, most: int, *, tracking_number: str | None = None, **known: Any
) -> Iterator[dict[str, Any]]:
    """Go through the details of at most `most` RMAs, the newest first.

    It takes what `find_summaries` does, and a call for each. Raises ReturnGOError.
    """
    if tracking_number is not None:
        known["tracking_numbers"] = [tracking_number]
    for summary in find_summaries(returngo, most, **known):
        rma = find_rma(returngo, str(dig(summary, RMA_ID)))
        if rma is not None and is_wanted(rma, tracking_number=tracking_number):
            yield rma


def find_transactions(returngo: ReturnGO, most: int, **filters: Any) -> list[Mapping[str, Any]]:
    """Return at most `most` transactions, the newest first. One call. Raises ReturnGOError.

    `filters` are ReturnGO's own.
    """
    page = returngo.list_transactions(
        pagesize=min(most, LARGEST_PAGE), sort_by=NEWEST_TRANSACTIONS, **filters
    )
    return newest_first(page.rows)


def newest_first(transactions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort transactions by when they were made."""
    return sorted(
        transactions,
        key=lambda row: (
            read_moment(row.get("createdAt")) or EARLIEST,
            read_whole(row.get("id")) or 0,
        ),
        reverse=True,
    )


def is_of_customer(returngo: ReturnGO, rma_id: str, customer_id: str | None) -> bool:
    """Return whether an RMA is of this customer, if one is given: one call, as no RMA tells it."""
    if customer_id is None:
        return True
    theirs = find_summaries(returngo, LARGEST_PAGE, customer_id=customer_id)
    return any(str(dig(rma, RMA_ID)) == rma_id for rma in theirs)


def is_wanted(
    rma: Mapping[str, Any], *, order_name: str | None = None, tracking_number: str | None = None
) -> bool:
    """Return whether an RMA is of this order and has a parcel with this number, where given."""
    parcels = rows(rma, "shipments")
    return (order_name is None or _is_same_order(name_of_order(rma), order_name)) and (
        tracking_number is None or any(is_tracked_by(each, tracking_number) for each in parcels)
    )


def is_tracked_by(parcel: Mapping[str, Any], tracking_number: str) -> bool:
    """Return whether a shipment has this tracking number."""
    told = parcel.get("trackingNumber")
    return told is not None and fold(str(told)) == fold(tracking_number)


def _is_same_order(told: Any, order_name: str) -> bool:
    return told is not None and bare_name(str(told)) == bare_name(order_name)


def _spellings(order_name: str | None) -> list[str | None]:
    if order_name is None:
        return [None]
    bare = order_name.removeprefix("#")
    return [order_name, bare if bare != order_name else f"#{bare}"]


def _rows(returngo: ReturnGO, most: int, **asked: Any) -> list[dict[str, Any]]:
    return list(islice(_pages(returngo, min(most, LARGEST_PAGE), **asked), most))


def _pages(returngo: ReturnGO, pagesize: int, **asked: Any) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        page = returngo.list_rmas(cursor=cursor, pagesize=pagesize, sort_by=NEWEST_RMAS, **asked)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None or not page.rows:
            return
