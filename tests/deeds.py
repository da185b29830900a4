"""One deed of each action that writes, and the ledger of what ReturnGO has applied."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

WORD = "Arrived"
YESTERDAY = timedelta(days=1)  # so that what is there is not taken for what was left behind


@dataclass(frozen=True)
class Deed:
    """A write: the action, its fields, and what the sandbox's ledger calls it.

    `again` says that ReturnGO takes the same content for another write, `blind` that nobody can
    see at ReturnGO whether it was done.
    """

    action: str
    fields: dict[str, Any]
    entry: str
    again: bool = False
    blind: bool = False


class Controlled(Protocol):
    """A simulated ReturnGO, in a process of its own or in this one."""

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Make a control call and answer its JSON."""


def deeds_of(sandbox: Controlled, sets: int, now: datetime) -> list[list[Deed]]:
    """Make what each action needs, and say what it is to do: so many sets of eight deeds."""
    at = (now - YESTERDAY).isoformat()
    rmas = sandbox.control("rmas", {"count": 6 * sets, "created_at": at})
    orders = sandbox.control("orders", {"count": sets})
    refunds = sandbox.control("transactions", {"count": sets})
    return [
        _set_of(rmas[6 * number : 6 * number + 6], orders[number], str(refunds[number]["id"]))
        for number in range(sets)
    ]


def _set_of(rmas: list[Any], order: Any, refund: str) -> list[Deed]:
    talked, moved, called = (str(each["rmaSummary"]["rmaId"]) for each in rmas[:3])
    changed, emptied, tracked = (str(each["shipments"][0]["shipmentId"]) for each in rmas[3:])
    lines = [{"line_item_id": each["shopLineItemId"]} for each in order["items"]]
    new_rma = {"order_id": order["orderId"], "items": lines, "policy_id": "1101"}
    carrier = {"carrier_name": WORD}
    tracker = {"shipment_id": tracked, "tracking_number": "SC1", **carrier}
    paid = {"transaction_id": refund, "status": "Success", "external_reference_id": WORD}
    path = f"/rma/{called}/comment"
    call = {"method": "POST", "path": path, "body": {"htmlText": WORD}}
    return [
        Deed("add_rma_comment", {"rma_id": talked, "text": WORD}, f"/rma/{talked}/comment"),
        Deed("create_rma", new_rma, "/rma/createByPolicy"),
        Deed("record_transaction", paid, f"/transaction/{refund}", again=True),
        Deed("update_rma_status", {"rma_id": moved, "status": "Approved"}, f"/rma/{moved}/status"),
        Deed("update_shipment", {"shipment_id": changed, **carrier}, f"/shipment/{changed}"),
        Deed("delete_shipment", {"shipment_id": emptied}, f"/shipment/{emptied}"),
        Deed("track_shipment", tracker, "/shipment-tracker", again=True),
        Deed("api_request", call, path, blind=True),
    ]


def writes(sandbox: Controlled) -> list[dict[str, Any]]:
    return [call for call in sandbox.control("calls", method="GET") if call["method"] != "GET"]
