"""Reading one of ReturnGO's webhooks: what it is called, and which things it names.

Only `eventName` is documented. Ids are taken from wherever they stand, and nothing that is said of
a thing is believed: a webhook hints that it changed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connector.feed import About, Hint

# The events that there are, and what each is about.
EVENTS = {
    "RMA_CREATED": About.RMA,
    "RMA_STATUS_UPDATED": About.RMA,
    "SHIPMENT_CREATED": About.SHIPMENT,
    "SHIPMENT_STATUS_UPDATED": About.SHIPMENT,
    "SHIPMENT_TRACKER_STATUS_UPDATED": About.TRACKER,
    "TRANSACTION_CREATED": About.TRANSACTION,
    "REFUND_CREATED": About.TRANSACTION,
}
UNNAMED = "(no eventName)"
EVENT_NAME = re.compile(r"\w{1,64}\Z")
# [A] webhook-ids
ID_KEYS = {
    "rmaId": About.RMA,
    "shipmentId": About.SHIPMENT,
    "transactionId": About.TRANSACTION,
}
OWN_ID = "id"
RESOURCE_ID = re.compile(r"[0-9]{1,20}\Z")
MOST_HINTS = 20
MOST_VALUES = 2000


@dataclass(frozen=True)
class WebhookPayload:
    """What a webhook says: the name of its event, and what is worth a look."""

    event_name: str
    hints: tuple[Hint, ...]

    @property
    def is_known(self) -> bool:
        """Return whether ReturnGO documents the event."""
        return self.event_name in EVENTS


def read_payload(document: Any) -> WebhookPayload:
    """Read what a webhook posted, whatever it is. One that names nothing hints at the whole shop.

    A thing is read with its RMA, so that where the RMA is named, this is enough.
    """
    name = _event_name(document)
    about = EVENTS.get(name)
    named: dict[About, list[str]] = {what: [] for what in ID_KEYS.values()}
    for key, value in _values(document):
        what = about if key == OWN_ID else ID_KEYS.get(key)
        what = About.SHIPMENT if what is About.TRACKER else what
        if what is not None and RESOURCE_ID.match(value) and value not in named[what]:
            named[what].append(value)
    look, ids = _look(about, named)
    return WebhookPayload(
        name, tuple(Hint(look, each) for each in ids[:MOST_HINTS]) or (Hint(About.SHOP),)
    )


def _look(about: About | None, named: Mapping[About, list[str]]) -> tuple[About, list[str]]:
    """Choose by which ids to look, the surest first."""
    if named[About.RMA]:
        return (
            About.TRANSACTIONS_OF_RMA if about is About.TRANSACTION else About.RMA,
            named[About.RMA],
        )
    if named[About.SHIPMENT]:
        return About.TRACKER if about is About.TRACKER else About.SHIPMENT, named[About.SHIPMENT]
    return About.TRANSACTION, named[About.TRANSACTION]


def _event_name(document: Any) -> str:
    name = document.get("eventName") if isinstance(document, Mapping) else None
    return name if isinstance(name, str) and EVENT_NAME.match(name) else UNNAMED


def _values(document: Any) -> Iterator[tuple[str, str]]:
    """Go through all numbers and texts that have a name, the outer ones first."""
    level = [document] if isinstance(document, Mapping | list) else []
    left = MOST_VALUES
    while level and left > 0:
        inner: list[Any] = []
        for each in level:
            pairs = each.items() if isinstance(each, Mapping) else ((None, one) for one in each)
            for key, value in pairs:
                left -= 1
                if left < 0:
                    return
                if isinstance(value, Mapping | list):
                    inner.append(value)
                elif isinstance(key, str) and isinstance(value, str | int):
                    yield key, str(value)
        level = inner
