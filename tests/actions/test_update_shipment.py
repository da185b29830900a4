from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app
from connector.blocks import InvalidInput, read_input
from connector.returngo import BadRequest, NotFound, ReturnGO, Unavailable
from connector.sandbox.app import SandboxApp
from tests.conftest import Control

ACTION = app.CATALOGUE.actions["update_shipment"]
RUN: Any = ACTION.run
OUR_NAMES = {
    "status": "status",
    "carrierName": "carrier_name",
    "trackingNumber": "tracking_number",
    "labelURL": "label_url",
}
REFUSED = "ReturnGO refused this: Invalid status transition from Received to Shipped"


@pytest.fixture
def rma(control: Control) -> Any:
    """A return whose parcel is Pending, at a ReturnGO that shows at once what was set."""
    control("ways", parcel_lag=0)
    return control("rmas")


@pytest.fixture
def shipment_id(rma: Any) -> str:
    return str(rma["shipments"][0]["shipmentId"])


@pytest.fixture
def rma_id(rma: Any) -> str:
    return str(rma["rmaSummary"]["rmaId"])


class Played:
    """A ReturnGO with one shipment, which it may show as it was before."""

    def __init__(self, there: dict[str, Any], shown: dict[str, Any] | None = None) -> None:
        self.before, self.there = dict(there), dict(there)
        self._shown = there if shown is None else shown
        self.sent: list[dict[str, str]] = []

    def get_rma(self, _: str) -> dict[str, Any]:
        return {"shipments": [self._shown]}

    def update_shipment(self, _: str, changes: dict[str, str]) -> dict[str, Any]:
        self.sent.append(dict(changes))
        self.there.update(changes)
        return dict(self.there)


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
    returngo: ReturnGO, shipment_id: str
) -> None:
    update(returngo, shipment_id, status="Received")
    assert update(returngo, shipment_id, status="Received")["status"] == "Received"


def test_where_nothing_differs_nothing_is_sent_and_the_shipment_is_answered(
    returngo: ReturnGO, rma_id: str, shipment_id: str, made_calls: Callable[[], list[str]]
) -> None:
    changes = {"status": "Shipped", "carrier_name": "Sample Couriers", "tracking_number": "1"}
    first = update(returngo, shipment_id, **changes)
    before = len(made_calls())
    assert update(returngo, shipment_id, rma_id=rma_id, **changes) == first
    assert made_calls()[before:] == [f"GET /rma/{rma_id}"]


changes = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["Pending", "Shipped"]),
        "carrierName": st.sampled_from([None, "A", "B"]),
        "trackingNumber": st.sampled_from([None, "7", 7]),
        "labelURL": st.sampled_from([None, "", "https://example.com/1"]),
    },
)


@given(there=changes, wanted=changes)
def test_only_what_differs_is_sent(there: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Empty equals null, and a number its digits."""
    given_fields = {OUR_NAMES[name]: str(value) for name, value in wanted.items() if value}
    played = Played({"shipmentId": 1, "status": "Pending", **there})
    shown = RUN(played, shipment_id="1", rma_id="2", **given_fields)
    told = {name: str(value or "") for name, value in played.before.items()}
    differing = {
        name: value
        for name, value in ((name, str(value)) for name, value in wanted.items() if value)
        if told.get(name, "") != value
    }
    assert played.sent == ([differing] if differing else [])
    assert shown == {**played.before, **differing}


@given(there=changes, stale=changes, wanted=changes)
def test_a_shipment_that_is_shown_as_it_was_before_still_becomes_what_is_wanted(
    there: dict[str, Any], stale: dict[str, Any], wanted: dict[str, Any]
) -> None:
    given_fields = {OUR_NAMES[name]: str(value) for name, value in wanted.items() if value}
    played = Played({"shipmentId": 1, **there}, shown={"shipmentId": 1, **stale})
    shown = RUN(played, shipment_id="1", rma_id="2", **given_fields)
    if played.sent:  # else all of it was there a moment ago
        assert shown == played.there
        for name, value in wanted.items():
            assert not value or str(played.there[name]) == str(value)
    assert len(played.sent) <= 2


def test_a_lost_answer_is_made_up_for(
    control: Control, returngo: ReturnGO, shipment_id: str
) -> None:
    control("faults", kind="lost_answer")
    assert update(returngo, shipment_id, status="Received")["status"] == "Received"


def test_a_refused_transition_says_from_what_to_what_and_what_is_allowed(
    control: Control,
    returngo: ReturnGO,
    rma_id: str,
    shipment_id: str,
    made_calls: Callable[[], list[str]],
) -> None:
    control(f"shipments/{shipment_id}", status="Received")
    assert refusal_of(returngo, shipment_id, status="Shipped", rma_id=rma_id) == (
        f"Shipment {shipment_id} is Received. From there ReturnGO allows Validated; not Shipped."
        f" {REFUSED}"
    )
    assert made_calls() == [f"GET /rma/{rma_id}", f"PUT /shipment/{shipment_id}"]


def test_without_the_rma_all_is_sent_at_once_and_nothing_else(
    control: Control,
    returngo: ReturnGO,
    sandbox: SandboxApp,
    shipment_id: str,
) -> None:
    control(f"shipments/{shipment_id}", status="Received")
    assert refusal_of(returngo, shipment_id, status="Shipped") == (
        f"Shipment {shipment_id} does not become Shipped. ReturnGO allows that from Pending,"
        f" LabelCreated. {REFUSED}"
    )
    assert [call.method for call in sandbox.simulation.calls] == ["PUT"]


def test_a_wrong_rma_hides_no_refusal_and_holds_nothing_up(
    control: Control, returngo: ReturnGO, rma: Any, shipment_id: str
) -> None:
    control(f"shipments/{shipment_id}", status="Received")
    other = control("rmas")["rmaSummary"]["rmaId"]
    for number, rma_id in enumerate((other, "1")):
        sentence = refusal_of(returngo, shipment_id, status="Shipped", rma_id=rma_id)
        assert sentence.startswith(f"Shipment {shipment_id} does not become Shipped.")
        update(returngo, shipment_id, carrier_name=f"Carrier {number}", rma_id=rma_id)
        assert at_returngo(returngo, rma)["carrierName"] == f"Carrier {number}"


def test_from_the_last_status_no_other_follows(
    control: Control, returngo: ReturnGO, rma_id: str, shipment_id: str
) -> None:
    control(f"shipments/{shipment_id}", status="Validated")
    assert refusal_of(returngo, shipment_id, status="Shipped", rma_id=rma_id).startswith(
        f"Shipment {shipment_id} is Validated. From there ReturnGO allows no other status; not"
    )


def test_where_the_return_cannot_be_read_nothing_is_sent(
    control: Control,
    returngo: ReturnGO,
    rma_id: str,
    shipment_id: str,
    made_writes: Callable[[], list[str]],
) -> None:
    control("faults", status=500, method="GET", count=10)
    with pytest.raises(Unavailable):
        update(returngo, shipment_id, status="Received", rma_id=rma_id)
    assert made_writes() == []


@pytest.mark.parametrize(
    ("wanted", "before"),
    [("Shipped", "Pending, LabelCreated"), ("Pending", "no other status")],
)
def test_where_the_status_is_not_known_the_way_to_the_wanted_one_is_told(
    control: Control, returngo: ReturnGO, shipment_id: str, wanted: str, before: str
) -> None:
    control("faults", status=400, body={"message": "Invalid transition"})
    assert refusal_of(returngo, shipment_id, status=wanted) == (
        f"Shipment {shipment_id} does not become {wanted}. ReturnGO allows that from {before}."
        " ReturnGO refused this: Invalid transition"
    )


def test_another_refusal_is_passed_on_as_it_is(
    control: Control, returngo: ReturnGO, rma_id: str, shipment_id: str
) -> None:
    for changes in ({"status": "Received"}, {"carrier_name": "Sample Couriers"}):
        control("faults", status=400, body={"message": "Not today"}, method="PUT")
        sentence = refusal_of(returngo, shipment_id, rma_id=rma_id, **changes)
        assert sentence == "ReturnGO refused this: Not today"


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
