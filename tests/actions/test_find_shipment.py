from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connector.blocks import InvalidInput
from connector.returngo import ReturnGO
from connector.sandbox.app import SandboxApp
from tests.actions.searching import ids, search
from tests.conftest import Control
from tests.stand_ins import HandClock

Calls = Callable[[], list[str]]
NUMBER = "SC123456789"


@pytest.fixture
def rma(control: Control, sandbox: SandboxApp) -> Any:
    """An RMA with a parcel on its way back, and one out to the customer."""
    made = control("rmas", order_name="#1001")
    simulation = sandbox.simulation
    simulation.inventor.shipment(
        simulation.world.rmas[int(made["rmaSummary"]["rmaId"])], is_outbound=True
    )
    back = made["shipments"][0]["shipmentId"]
    control(f"shipments/{back}", trackingNumber=NUMBER, status="Shipped")
    control("rmas")
    return simulation.world.rmas[int(made["rmaSummary"]["rmaId"])]


@pytest.fixture
def back(rma: Any) -> str:
    return str(rma.shipments[0].id)


def test_a_number_finds_its_shipment_alone_with_the_rma(
    returngo: ReturnGO, rma: Any, back: str, made_calls: Calls
) -> None:
    (shown,) = search("find_shipment", returngo, tracking_number=NUMBER)
    assert shown["id"] == shown["shipment_id"] == back
    assert (shown["status"], shown["tracking_number"]) == ("Shipped", NUMBER)
    assert (shown["rma_id"], shown["order_name"]) == (str(rma.id), "#1001")
    assert shown["customer_name"] == rma.order.customer.name
    assert len(shown["items"]) == 1
    assert made_calls() == ["GET /rmas", f"GET /rma/{rma.id}"]


@pytest.mark.parametrize("typed", ["#1001", "1001"])
def test_an_order_finds_all_its_shipments(
    returngo: ReturnGO, rma: Any, made_calls: Calls, typed: str
) -> None:
    found = search("find_shipment", returngo, order_name=typed)
    assert ids(found) == [str(each.id) for each in rma.shipments]
    assert made_calls()[-1] == f"GET /rma/{rma.id}"
    assert len(made_calls()) == (2 if typed == "#1001" else 3)


def test_an_rma_finds_all_its_shipments_for_one_call(
    returngo: ReturnGO, rma: Any, made_calls: Calls
) -> None:
    found = search("find_shipment", returngo, rma_id=f"RMA{rma.id}")
    assert [shown["is_outbound"] for shown in found] == [False, True]
    assert made_calls() == [f"GET /rma/{rma.id}"]


def test_a_shipment_is_picked_by_its_id(returngo: ReturnGO, rma: Any, back: str) -> None:
    out = str(rma.shipments[1].id)
    assert ids(search("find_shipment", returngo, rma_id=str(rma.id), shipment_id=out)) == [out]
    assert ids(search("find_shipment", returngo, order_name="1001", shipment_id=back)) == [back]


def test_of_several_fields_all_must_match(returngo: ReturnGO, rma: Any, back: str) -> None:
    right = {
        "rma_id": str(rma.id),
        "order_name": "1001",
        "tracking_number": NUMBER,
        "shipment_id": back,
    }
    assert ids(search("find_shipment", returngo, **right)) == [back]
    for name in right:
        assert search("find_shipment", returngo, **{**right, name: "1"}) == [], name
    without_id = {name: value for name, value in right.items() if name != "rma_id"}
    assert ids(search("find_shipment", returngo, **without_id)) == [back]
    for name in without_id:
        assert search("find_shipment", returngo, **{**without_id, name: "1"}) == [], name


def test_the_newest_come_first_and_no_more_rmas_are_read_than_wanted(
    control: Control, returngo: ReturnGO, clock: HandClock, made_calls: Calls
) -> None:
    made = []
    for _ in range(3):
        made.append(control("rmas", order_name="H1")["shipments"][0]["shipmentId"])
        clock.advance(timedelta(hours=1))
    assert ids(search("find_shipment", returngo, order_name="H1", limit=2)) == made[:0:-1]
    assert len(made_calls()) == 3


def test_an_rma_that_is_not_there_has_no_shipments(returngo: ReturnGO) -> None:
    assert search("find_shipment", returngo, rma_id="1") == []


@pytest.mark.parametrize(
    ("typed", "field"), [({"shipment_id": "9754270"}, "shipment_id"), ({}, "query")]
)
def test_a_shipment_cannot_be_read_by_its_id_alone(
    returngo: ReturnGO, made_calls: Calls, typed: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        search("find_shipment", returngo, **typed)
    assert str(refusal.value) == (
        f"{field}: needs at least one of tracking_number, rma_id, order_name. ReturnGO has no call"
        " to read a shipment by its id alone."
    )
    assert made_calls() == []
