"""What there is at ReturnGO for each choice, and what it is given."""

from collections.abc import Iterator

from tests.recordings.scenarios.world import Given, World, rma_id


def open_rmas(world: World) -> Iterator[Given]:
    for status in ("Done", "Pending", "Received"):
        world.rma(status=status)
    yield {}


def shipments(world: World) -> Iterator[Given]:
    yield {"rma_id": rma_id(world.whole_rma())}


def requested_refunds(world: World) -> Iterator[Given]:
    world.rma()
    world.refund(amount="59.9")
    world.refund(type="RefundToStoreCredit")
    yield {}


def eligible_policies(world: World) -> Iterator[Given]:
    order = world.order(items=2)
    yield {"order_id": order["order_id"], "line_item_id": ",".join(order["lines"])}


def rma_statuses(_: World) -> Iterator[Given]:
    yield {}


def shops(_: World) -> Iterator[Given]:
    yield {}
