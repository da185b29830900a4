from tests.conftest import Control
from tests.triggers.conftest import Poll

LOOKS = 5  # polls, after which every open RMA has been read again


def test_a_change_that_moves_nothing_else_is_found_by_looking_again(
    control: Control, poll: Poll
) -> None:
    made = control("rmas", status="Approved", order_name="H12043")
    parcel = made["shipments"][0]["shipmentId"]
    assert poll("shipment_status_changed") == []
    control(f"shipments/{parcel}", status="Shipped", trackingNumber="SC1", carrierName="Couriers")
    for _ in range(LOOKS):
        shown = poll("shipment_status_changed")
    (change,) = shown
    assert change["shipment_id"] == parcel
    assert (change["from_status"], change["to_status"]) == ("Pending", "Shipped")
    assert (change["tracking_number"], change["carrier_name"]) == ("SC1", "Couriers")
    assert change["order_name"] == "H12043"
    assert change["id"] == f"shipment:{parcel}:Pending:Shipped"
    control(f"shipments/{parcel}", status="Received")
    for _ in range(LOOKS):
        shown = poll("shipment_status_changed")
    assert [each["to_status"] for each in shown] == ["Received", "Shipped"]
    assert len(poll("shipment_status_changed", to_status="received")) == 1
    assert len(poll("shipment_status_changed", from_status="LabelCreated")) == 0


def test_a_shipment_that_moved_before_the_first_look_came_into_its_status(
    control: Control, poll: Poll
) -> None:
    made = control("rmas", status="Approved")
    control(f"shipments/{made['shipments'][0]['shipmentId']}", status="LabelCreated")
    (shown,) = poll("shipment_status_changed")
    assert (shown["from_status"], shown["to_status"]) == ("Pending", "LabelCreated")


def test_other_changes_of_a_shipment_are_none_of_its_status(control: Control, poll: Poll) -> None:
    made = control("rmas", status="Approved")
    poll("shipment_status_changed")
    control(f"shipments/{made['shipments'][0]['shipmentId']}", status="Pending", trackingNumber="1")
    for _ in range(LOOKS):
        assert poll("shipment_status_changed") == []
