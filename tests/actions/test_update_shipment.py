from collections.abc import Callable
from typing import Any

import pytest

import app
from connector.blocks import InvalidInput, read_input
from connector.returngo import BadRequest, NotFound, ReturnGO
from connector.sandbox.app import SandboxApp
from tests.conftest import Control

ACTION = app.CATALOGUE.actions["update_shipment"]
REFUSED = "ReturnGO refused this: Invalid status transition from Received to Shipped"


@pytest.fixture
def rma(control: Control) -> Any:
    """A return whose parcel is Pending."""
    return control("rmas")


@pytest.fixture
def shipment_id(rma: Any) -> str:
    return str(rma["shipments"][0]["shipmentId"])


def at_returngo(returngo: ReturnGO, rma: Any) -> Any:
    return returngo.get_rma(rma["rmaSummary"]["rmaId"])["shipments"][0]


def update(returngo: ReturnGO, shipment_id: str, **more: str) -> dict[str, Any]:
    return ACTION.perform(returngo, {"shipment_id": shipment_id, **more})


def refusal_of(returngo: ReturnGO, shipment_id: str, **more: str) -> str:
    with pytest.raises(BadRequest) as refusal:
        update(returngo, shipment_id, **more)
    assert refusal.value.request_id
    return str(refusal.value)


def test_every_field_is_set_at_returngo_and_the_whole_shipment_answered(
    returngo: ReturnGO, rma: Any, shipment_id: str
) -> None:
    changes = {
        "status": "Shipped",
        "carrier_name": "Sample Couriers",
        "tracking_number": "SC1",
        "tracking_url": "https://courier.example.com/track/SC1",
        "label_url": "http://courier.example.com/label/SC1.pdf",
    }
    shown = update(returngo, shipment_id, **changes)
    assert shown.items() >= {"id": shipment_id, "shipment_id": shipment_id, **changes}.items()
    assert shown["return_address"]["city"] == rma["shipments"][0]["returnAddress"]["city"]
    there = at_returngo(returngo, rma)
    assert there["status"] == "Shipped"
    assert there["carrierName"] == "Sample Couriers"
    assert there["trackingNumber"] == "SC1"
    assert there["trackingURL"] == changes["tracking_url"]
    assert there["labelURL"] == changes["label_url"]


def test_what_is_not_given_stays(returngo: ReturnGO, rma: Any, shipment_id: str) -> None:
    update(returngo, shipment_id, carrier_name="Sample Couriers", tracking_number="SC1")
    shown = update(returngo, shipment_id, tracking_number="SC2")
    assert (shown["carrier_name"], shown["tracking_number"]) == ("Sample Couriers", "SC2")
    assert at_returngo(returngo, rma)["carrierName"] == "Sample Couriers"


def test_a_status_that_the_shipment_has_already_is_success(
    returngo: ReturnGO, shipment_id: str, made_writes: Callable[[], list[str]]
) -> None:
    update(returngo, shipment_id, status="Received")
    assert update(returngo, shipment_id, status="Received")["status"] == "Received"
    assert len(made_writes()) == 1


def test_a_lost_answer_is_made_up_for(
    control: Control, returngo: ReturnGO, shipment_id: str
) -> None:
    control("faults", kind="lost_answer")
    assert update(returngo, shipment_id, status="Received")["status"] == "Received"


@pytest.mark.parametrize("rma_is_given", [True, False])
def test_a_refused_transition_says_from_what_to_what_and_what_is_allowed(
    control: Control, returngo: ReturnGO, rma: Any, shipment_id: str, rma_is_given: bool
) -> None:
    control(f"shipments/{shipment_id}", status="Received")
    more = {"rma_id": rma["rmaSummary"]["rmaId"]} if rma_is_given else {}
    assert refusal_of(returngo, shipment_id, status="Shipped", **more) == (
        f"Shipment {shipment_id} is Received. From there ReturnGO allows Validated; not Shipped."
        f" {REFUSED}"
    )


def test_a_refusal_is_explained_by_the_rma_without_another_write(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp, rma: Any, shipment_id: str
) -> None:
    control(f"shipments/{shipment_id}", status="Received")
    refusal_of(returngo, shipment_id, status="Shipped", rma_id=rma["rmaSummary"]["rmaId"])
    assert [call.method for call in sandbox.simulation.calls] == ["PUT", "GET"]


def test_a_wrong_rma_hides_no_refusal(
    control: Control, returngo: ReturnGO, shipment_id: str
) -> None:
    control(f"shipments/{shipment_id}", status="Received")
    other = control("rmas")["rmaSummary"]["rmaId"]
    for rma_id in (other, "1"):
        sentence = refusal_of(returngo, shipment_id, status="Shipped", rma_id=rma_id)
        assert sentence.startswith(f"Shipment {shipment_id} is Received.")


def test_finding_the_status_out_changes_nothing(
    control: Control, returngo: ReturnGO, shipment_id: str, made_writes: Callable[[], list[str]]
) -> None:
    control(f"shipments/{shipment_id}", status="Validated")
    assert refusal_of(returngo, shipment_id, status="Shipped").startswith(
        f"Shipment {shipment_id} is Validated. From there ReturnGO allows no other status; not"
    )
    assert made_writes() == []


@pytest.mark.parametrize(
    ("wanted", "before"),
    [("Shipped", "Pending, LabelCreated"), ("Pending", "no other status")],
)
def test_where_the_status_is_not_known_the_way_to_the_wanted_one_is_told(
    control: Control, returngo: ReturnGO, shipment_id: str, wanted: str, before: str
) -> None:
    control("faults", status=400, body={"message": "Invalid transition"}, count=2)
    assert refusal_of(returngo, shipment_id, status=wanted) == (
        f"Shipment {shipment_id} does not become {wanted}. ReturnGO allows that from {before}."
        " ReturnGO refused this: Invalid transition"
    )


def test_another_refusal_is_passed_on_as_it_is(
    control: Control, returngo: ReturnGO, shipment_id: str
) -> None:
    for changes in ({"status": "Received"}, {"carrier_name": "Sample Couriers"}):
        control("faults", status=400, body={"message": "Not today"})
        assert refusal_of(returngo, shipment_id, **changes) == "ReturnGO refused this: Not today"


def test_an_unknown_shipment_is_not_found(returngo: ReturnGO) -> None:
    with pytest.raises(NotFound) as refusal:
        update(returngo, "1", status="Received")
    assert str(refusal.value) == "ReturnGO has no shipment 1 in demo.myshopify.com."


def test_something_must_change() -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_input(ACTION.input_schema, {"shipment_id": "9754270", "rma_id": "1", "status": ""})
    assert str(refusal.value) == (
        "body: needs at least one of status, carrier_name, tracking_number, tracking_url,"
        " label_url."
    )


@pytest.mark.parametrize("field", ["tracking_url", "label_url"])
@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "ftp://example.com/x", "example.com/x", "https://", "//x.com"],
)
def test_an_address_must_be_one_of_the_web(field: str, address: str) -> None:
    with pytest.raises(InvalidInput, match=f"{field}: must be an address that begins with http"):
        read_input(ACTION.input_schema, {"shipment_id": "9754270", field: address})
