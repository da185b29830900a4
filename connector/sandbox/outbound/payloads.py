"""What a webhook's POST says, in the shapes that a receiver must be able to take.

[A] Only `eventName` is documented. By itself a payload names the thing that the event is about and
nothing else: neither its shop nor, for a shipment or a transaction, its return.
"""

from collections.abc import Callable

from connector.sandbox.exact_json import Json
from connector.sandbox.world.bodies import rma_row, shipment_body, transaction_row
from connector.sandbox.world.models import Rma, Shipment, Thing


def payload(shape: str, event_name: str, thing: Thing) -> Json:
    """Say that this event happened to this thing, in one of the `SHAPES`."""
    return {"eventName": event_name, **SHAPES[shape](thing)}


def _id(thing: Thing) -> Json:
    if isinstance(thing, Rma):
        return {"rmaId": thing.id}
    return {"shipmentId" if isinstance(thing, Shipment) else "transactionId": thing.id}


def _full(thing: Thing) -> Json:
    """Give all ids that there are, as texts, and show the thing as ReturnGO's other answers do."""
    ids = {name: str(number) for name, number in _id(thing).items()}
    if isinstance(thing, Rma):
        return {"shop": thing.shop, **ids, "rma": rma_row(thing)}
    ids["rmaId"] = str(thing.rma_id)
    if isinstance(thing, Shipment):
        return {"shop": thing.shop, **ids, "shipment": shipment_body(thing)}
    return {"shop": thing.shop, **ids, "transaction": transaction_row(thing)}


SHAPES: dict[str, Callable[[Thing], Json]] = {
    "flat": _id,
    "nested": lambda thing: {"data": {"payload": _id(thing)}},
    "full": _full,
    "bare": lambda _: {},
}
