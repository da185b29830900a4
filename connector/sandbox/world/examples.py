"""The returns that the bridge's documents and forms give as examples, so that these can be tried.

They end the history, an hour back: a hook that is made as the sandbox starts is not told of them.
"""

from datetime import datetime, timedelta

from connector.sandbox.world.invent import Inventor
from connector.sandbox.world.samples import SHOPS

SHOP = SHOPS[0]
RESERVED = {
    "order": 7_396_218_241_343,
    "line": 17_444_647_338_303,
    "customer": 6_512_044_310_583,
    "rma": 10_030_552,
    "shipment": 9_754_270,
    "transaction": 6_070_096,
}
PENDING = ({"rma": 10_030_561, "shipment": 9_754_283}, {"rma": 10_030_574, "shipment": 9_754_296})
"""Returns that nobody has looked at: one to be approved, one to be rejected."""
ORDER_NAME = "H12043"
ORDERED = timedelta(days=9)
RECENTLY = timedelta(hours=1)
TRACKING_NUMBER = "SC123456789"
CARRIER = "Sample Couriers"


def add_examples(inventor: Inventor, start: datetime) -> None:
    """Add an approved return whose refund waits to be paid, and two that are pending.

    The first line of the approved one's order is still to be returned.
    """
    world = inventor.world
    at = (start - RECENTLY).replace(microsecond=0)
    world.reserve(RESERVED)
    order = inventor.order(SHOP, at - ORDERED, name=ORDER_NAME, currency="ZAR", lines=2)
    rma = inventor.rma(order, at, lines=order.lines[1:])
    world.change_rma_status(rma, "Approved", at, via="Dashboard")
    (shipment,) = rma.shipments
    inventor.label(shipment)
    shipment.status = "Shipped"
    shipment.carrier_name, shipment.tracking_number = CARRIER, TRACKING_NUMBER
    inventor.transaction(rma, at)
    for ids in PENDING:
        another = inventor.order(SHOP, at - ORDERED, currency="ZAR")
        world.reserve(ids)
        inventor.rma(another, at)
