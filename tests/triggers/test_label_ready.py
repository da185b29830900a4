import app
from connector.blocks import Kind, Topic
from tests.schemas.documents import item, rma, shipment
from tests.triggers.happenings import shown_by

LABEL = "https://courier.example.com/label/1.pdf"


def test_a_parcel_is_shown_with_its_label_and_its_return() -> None:
    body = rma(
        shipments=[shipment(shipmentId="1"), shipment(shipmentId="2", labelURL=LABEL)],
        items=[item(shipmentId="2", sku="SHIRT-1"), item(shipmentId="1")],
    )
    shown = shown_by("label_ready", body, part="2", occurred_at=None)
    assert shown is not None
    assert (shown["shipment_id"], shown["label_url"]) == ("2", LABEL)
    assert (shown["order_name"], shown["customer_name"]) == ("H12043", "Thandi Example")
    assert [each["sku"] for each in shown["items"]] == ["SHIRT-1"]
    assert shown["occurred_at"] is None


def test_a_carrier_is_a_filter() -> None:
    body = rma(shipments=[shipment(carrierName="Sample Couriers")])
    for carrier, is_shown in (("sample couriers", True), ("Nobody", False)):
        shown = shown_by("label_ready", body, {"carrier_name": carrier}, part="9754270")
        assert (shown is not None) == is_shown


def test_it_takes_parcels_that_got_a_label() -> None:
    trigger = app.CATALOGUE.triggers["label_ready"]
    assert trigger.topic == Topic(Kind.SHIPMENT_LABELLED)
    assert Kind.SHIPMENT_LABELLED.part == Kind.SHIPMENT_CREATED.part
