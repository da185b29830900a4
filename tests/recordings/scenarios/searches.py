"""What there is at ReturnGO for each search, and what it is given."""

from collections.abc import Iterator

from tests.recordings.scenarios.world import Given, World, rma_id


def get_rma(world: World) -> Iterator[Given]:
    yield {"rma_id": f"RMA{rma_id(world.whole_rma())}", "raw": "true"}


def find_rma(world: World) -> Iterator[Given]:
    world.whole_rma(order_name="D1001")
    world.rma(order_name="D1002")
    yield {"order_name": "#D1001"}


def count_rmas(_: World) -> Iterator[Given]:
    yield {"status": "Approved"}


def list_rmas(world: World) -> Iterator[Given]:
    world.whole_rma()
    yield {"status": "approved", "updated_after": "2026-02-04T09:00:00Z", "details": "yes"}


def find_transactions(world: World) -> Iterator[Given]:
    made = world.whole_rma()
    world.refund(status="Pending", type="RefundToGiftCard")
    yield {"rma_id": rma_id(made), "type": "RefundToPaymentMethod"}


def find_shipment(world: World) -> Iterator[Given]:
    made = world.whole_rma()
    number = world.call("GET", f"/rma/{rma_id(made)}", {})["shipments"][0]["trackingNumber"]
    yield {"tracking_number": number}
