"""What an RMA's details tell that no row does: of its shipments, items and comments.

Pure functions. A shipment's status is compared with the one that was known; what carries a time of
its own is told each time, and recorded once.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from connector.blocks import Kind, parts_of
from connector.feed.changes import Change, status_of
from schemas.highlights import rows
from schemas.reading import dig, read_moment, show_moment
from schemas.words import SHIPMENT_STATUSES

Details = Mapping[str, Any]
Memory = dict[str, str]

# [A] shipments-made
SHIPMENTS_MADE_BY = ("RMA_CREATED", "RMA_APPROVED")
FIRST_STATUS = SHIPMENT_STATUSES[0]


def shipment_statuses(details: Details, known: Memory | None) -> Memory | None:
    """Answer what to remember of an RMA: the last status of each shipment that it ever had."""
    if not isinstance(details.get("shipments"), list):
        return known
    told = {shipment_id: status_of(each) for shipment_id, each in parts_of(details, "shipments")}
    return {**(known or {}), **{each: status for each, status in told.items() if status}}


def part_changes(details: Details, known: Memory | None, since: datetime) -> Iterator[Change]:
    """Tell what happened to the parts of an RMA.

    `known` are its shipments' statuses at the last look; without one, only what surely happened
    after `since` is told.
    """
    yield from _shipment_changes(details, known, since)
    yield from _validations(details, since)
    yield from _comments(details, since)


def _shipment_changes(details: Details, known: Memory | None, since: datetime) -> Iterator[Change]:
    if known is None and not _moved(details, since):
        return
    before: Memory = known or {}
    for shipment_id, shipment in parts_of(details, "shipments"):
        status = status_of(shipment)
        if shipment_id not in before:
            yield Change(
                key=f"shipment:{shipment_id}:created",
                kind=Kind.SHIPMENT_CREATED,
                status=status,
                occurred_at=None,
                part=shipment_id,
            )
        previous = before.get(shipment_id, FIRST_STATUS)
        if status not in (None, previous):
            yield Change(
                key=f"shipment:{shipment_id}:{previous}:{status}",
                kind=Kind.SHIPMENT_STATUS_CHANGED,
                status=status,
                occurred_at=None,
                previous=previous,
                part=shipment_id,
                may_repeat=known is not None,
            )


def _moved(details: Details, since: datetime) -> bool:
    """Tell whether the RMA did something lately by which shipments are made."""
    times = [
        read_moment(event.get("eventDate"))
        for event in rows(details, "rmaSummary.events")
        if event.get("eventName") in SHIPMENTS_MADE_BY
    ]
    return any(
        when is not None and when >= since
        for when in [read_moment(details.get("createdAt")), *times]
    )


def _validations(details: Details, since: datetime) -> Iterator[Change]:
    for item_id, item in parts_of(details, "items"):
        when = read_moment(dig(item, "itemValidationStatusResponse.lastValidationDate"))
        if when is not None and when >= since:
            yield Change(
                key=f"item:{item_id}:validated:{show_moment(when)}",
                kind=Kind.ITEM_VALIDATED,
                status=None,
                occurred_at=when,
                part=item_id,
            )


def _comments(details: Details, since: datetime) -> Iterator[Change]:
    rma_id = dig(details, "rmaSummary.rmaId")
    for comment_id, comment in parts_of(details, "comments"):
        when = read_moment(comment.get("datetime"))
        if when is not None and when >= since:
            yield Change(
                key=f"comment:{rma_id}:{show_moment(when)}:{comment_id}",
                kind=Kind.COMMENT_ADDED,
                status=None,
                occurred_at=when,
                part=comment_id,
            )
