"""A return as its customer is told of it: named fields only, so that nothing else gets out.

Comments, names of staff and what policies say stay inside.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from schemas.rma import Rma

OF_RETURN = ("rma_id", "rma_number", "order_name", "status", "created_at", "currency")
OF_ITEM = ("name", "image_url")
OF_PARCEL = ("status", "carrier_name", "tracking_number", "tracking_url", "label_url")
OF_REFUND = ("status", "amount", "currency")
REFUND = "Refund"
"""How the types of transactions begin that pay a customer back to where the money came from."""
STORE_CREDIT = "StoreCredit"
TOLD_EVENTS = ("RMA_CREATED", "RMA_APPROVED")


def summary(document: Mapping[str, Any]) -> dict[str, Any]:
    """Tell of a return in the list, from its details or from ReturnGO's row of it."""
    return _some(Rma().dump(document), OF_RETURN)


def whole(document: Mapping[str, Any]) -> dict[str, Any]:
    """Tell of one return, with its items, parcels, refunds and timeline, oldest first."""
    shown = Rma().dump(document)
    return {
        **_some(shown, OF_RETURN),
        "items": [_some(each, OF_ITEM) for each in shown["items"] or ()],
        "parcels": [_some(each, OF_PARCEL) for each in shown["shipments"] or ()],
        "refunds": [
            _some(each, OF_REFUND)
            for each in shown["transactions"] or ()
            if str(each["type"] or "").startswith((REFUND, STORE_CREDIT))
        ],
        "timeline": sorted(
            (
                _some(each, ("name", "happened_at"))
                for each in shown["transitions"] or ()
                if each["name"] in TOLD_EVENTS
            ),
            key=lambda each: each["happened_at"] or "",
        ),
    }


def _some(shown: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: _followable(shown.get(name)) if name.endswith("_url") else shown.get(name)
        for name in names
    }


def _followable(address: Any) -> str | None:
    """Return an address that a customer may be sent to; None for any but https."""
    text = str(address or "")
    try:
        return text if urlsplit(text).scheme == "https" else None
    except ValueError:
        return None
