from collections.abc import Callable

import pytest

from connector.blocks import InvalidInput
from connector.sandbox.app import SandboxApp
from tests.choices.conftest import Options
from tests.conftest import Control


def test_the_shipments_of_an_rma_are_offered_for_one_call(
    control: Control, options: Options, sandbox: SandboxApp, made_calls: Callable[[], list[str]]
) -> None:
    made = control("rmas")
    rma_id, back = made["rmaSummary"]["rmaId"], made["shipments"][0]["shipmentId"]
    control(
        f"shipments/{back}",
        status="Shipped",
        trackingNumber="SC123456789",
        carrierName="Sample Couriers",
    )
    world = sandbox.simulation.world
    out = sandbox.simulation.inventor.shipment(world.rmas[int(rma_id)], is_outbound=True)
    control("rmas")
    assert options("shipments", rma_id=f"RMA{rma_id}") == [
        {"id": back, "label": "Shipped · SC123456789 · Sample Couriers · to the shop"},
        {"id": str(out.id), "label": "Pending · to the customer"},
    ]
    assert made_calls() == [f"GET /rma/{rma_id}"]


def test_an_rma_that_is_not_there_has_none_to_offer(options: Options) -> None:
    assert options("shipments", rma_id="1") == []


def test_the_rma_must_be_named(options: Options, made_calls: Callable[[], list[str]]) -> None:
    with pytest.raises(InvalidInput, match="rma_id: is missing"):
        options("shipments")
    assert made_calls() == []
