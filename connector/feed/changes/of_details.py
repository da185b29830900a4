"""What an RMA's details tell that no row does: of its shipments, items and comments.

Pure functions. A shipment is compared with what was known of it; what carries a time of its own is
told each time, and recorded once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.blocks import Kind, parts_of
from connector.feed.changes.change import BY_EVENT, Change, Details, status_of
from schemas.reading import dig, read_moment, rows, show_moment
from schemas.words import SHIPMENT_STATUSES, SHIPMENT_TRANSITIONS

# [A] shipments-made
SHIPMENTS_MADE_BY = ("RMA_CREATED", "RMA_APPROVED")
FIRST_STATUS = SHIPMENT_STATUSES[0]


@dataclass(frozen=True)
class Parcel:
    """A shipment as it was last seen. Whether it `has_label` is None where nobody looked."""

    status: str | None
    has_label: bool | None = None


Memory = Mapping[str, Parcel]


def has_label(shipment: Mapping[str, Any]) -> bool:
    """Whether a shipment has a label or a tracking number."""
    return bool(shipment.get("labelURL") or shipment.get("trackingNumber"))


def parcels_of(details: Details, known: Memory | None) -> Memory | None:
    """Return what to remember of an RMA's shipments, those that it no longer has included."""
    if not isinstance(details.get("shipments"), list):
        return known
    before = known or {}
    seen = {
        shipment_id: Parcel(
            status_of(each) or before.get(shipment_id, Parcel(None)).status, has_label(each)
        )
        for shipment_id, each in parts_of(details, "shipments")
    }
    return {**before, **seen}


def is_behind(details: Details, known: Memory | None) -> bool:
    """Whether a shipment shows a status from which ReturnGO came to the one seen last.

    Shortly after an update, an answer may still show the old shipment.
    """
    for shipment_id, shipment in parts_of(details, "shipments"):
        status, before = status_of(shipment), (known or {}).get(shipment_id)
        if before is None or status in (None, before.status):
            continue
        way_back = SHIPMENT_TRANSITIONS.get(str(before.status), (status,))
        if status not in way_back and before.status in SHIPMENT_TRANSITIONS.get(str(status), ()):
            return True
    return False


def part_changes(details: Details, known: Memory | None, since: datetime) -> Iterator[Change]:
    """Tell what happened to the parts of an RMA.

    `known` are its shipments at the last look; without one, only what surely happened after `since`
    is told.
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
        was = before.get(shipment_id, Parcel(FIRST_STATUS, has_label=False))
        if status not in (None, was.status):
            yield Change(
                key=f"shipment:{shipment_id}:{was.status}:{status}",
                kind=Kind.SHIPMENT_STATUS_CHANGED,
                status=status,
                occurred_at=None,
                previous=was.status,
                part=shipment_id,
                may_repeat=known is not None,
            )
        if has_label(shipment) and was.has_label is False:
            yield Change(
                key=f"shipment:{shipment_id}:labelled",
                kind=Kind.SHIPMENT_LABELLED,
                status=status,
                occurred_at=None,
                part=shipment_id,
            )


def _moved(details: Details, since: datetime) -> bool:
    """Whether the RMA did something lately by which shipments are made."""
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
                dated_by=BY_EVENT,
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
                dated_by=BY_EVENT,
            )
