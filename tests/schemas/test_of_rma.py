"""Parts of an RMA, however much of the part or of its RMA ReturnGO leaves out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema

from schemas.of_rma import (
    CommentOfRma,
    ItemOfRma,
    OwningRma,
    ShipmentOfRma,
    TransactionOfRma,
    of_rma,
)
from tests.schemas.documents import item, money, rma, shipment, transaction
from tests.schemas.test_reading import assert_published, shaken

COMMENT = rma()["comments"][0]
PARTS: dict[type[Schema], dict[str, Any]] = {
    ShipmentOfRma: shipment(),
    ItemOfRma: item(shipmentId="9754270"),
    CommentOfRma: COMMENT,
    TransactionOfRma: transaction(),
}
OF_THE_RMA = set(OwningRma().fields)
OF_MONEY = {ItemOfRma, TransactionOfRma}  # these have a currency of their own
LISTS = ("items", "shipments", "transactions", "comments")
IN_A_PARCEL = ("9754270", 9754270)

each_part = pytest.mark.parametrize(
    ("shape", "part"), PARTS.items(), ids=[shape.__name__ for shape in PARTS]
)


@each_part
@settings(max_examples=50)
@given(st.data())
def test_any_part_of_any_rma_is_shown_as_published(
    shape: type[Schema], part: dict[str, Any], data: st.DataObject
) -> None:
    shaken_part = data.draw(shaken(part).filter(lambda allocated: isinstance(allocated, dict)))
    whole = data.draw(st.none() | shaken(rma(items=[item(shipmentId=9754270)])))
    shown = shape().dump(of_rma(shaken_part, whole))
    assert set(shown) == set(shape().fields)
    assert_published(shape, shown)


@each_part
def test_a_part_of_a_known_rma_says_which(shape: type[Schema], part: dict[str, Any]) -> None:
    shown = shape().dump(of_rma(part, rma()))
    assert (shown["rma_id"], shown["rma_number"]) == ("10030552", "RMA10030552")
    assert (shown["rma_status"], shown["order_name"]) == ("Approved", "H12043")
    assert shown["customer_email"] == "thandi@example.com"
    assert (shown["item_count"], shown["total_paid"]) == (1, "199")


@each_part
@pytest.mark.parametrize("unknown", [None, {}, "10030552", []], ids=repr)
def test_a_part_of_an_unknown_rma_is_shown_without_it(
    shape: type[Schema], part: dict[str, Any], unknown: Any
) -> None:
    shown = shape().dump(of_rma(part, unknown))
    of_the_rma = OF_THE_RMA - ({"currency"} if shape in OF_MONEY else set())
    assert {name for name in of_the_rma if shown[name] is not None} == set()
    own = {name for name in shape().fields if name not in of_the_rma | {"items"}}
    whole = shape().dump(of_rma(part, rma()))
    assert {name: shown[name] for name in own} == {name: whole[name] for name in own}


@each_part
def test_lists_of_the_rma_that_are_null_are_no_items_and_no_customer(
    shape: type[Schema], part: dict[str, Any]
) -> None:
    shown = shape().dump(of_rma(part, rma(**dict.fromkeys(LISTS))))
    assert shown["rma_id"] == "10030552"
    told = {name for name in OF_THE_RMA - {"currency"} if shown[name] is not None}
    assert told == {"rma_id", "rma_number", "rma_status", "order_name", "order_id"}


@each_part
def test_lists_of_the_rma_that_are_no_lists_are_passed_over(
    shape: type[Schema], part: dict[str, Any]
) -> None:
    shown = shape().dump(of_rma(part, rma(**dict.fromkeys(LISTS, "none"))))
    assert (shown["item_count"], shown["resolution_types"], shown["refund_total"]) == (None,) * 3


@each_part
def test_an_rma_whose_lists_are_empty_has_none_of_them(
    shape: type[Schema], part: dict[str, Any]
) -> None:
    shown = shape().dump(of_rma(part, rma(**{name: [] for name in LISTS})))
    assert (shown["item_count"], shown["items_summary"]) == (0, "")
    assert shown["resolution_types"] == shown["return_methods"] == []
    assert shown["customer_name"] is shown["total_paid"] is shown["refund_total"] is None


def test_ids_that_come_as_numbers_are_strings() -> None:
    numbered = rma(rmaSummary={"rmaId": 10030552}, orderDetails={"orderId": 7396218241343})
    shown = ShipmentOfRma().dump(of_rma(shipment(shipmentId=9754270), numbered))
    assert (shown["id"], shown["shipment_id"]) == ("9754270", "9754270")
    assert (shown["rma_id"], shown["order_id"]) == ("10030552", "7396218241343")
    shown = ItemOfRma().dump(of_rma(item(returnedItemId=47006391, shipmentId=9754270), numbered))
    assert (shown["id"], shown["returned_item_id"]) == ("47006391", "47006391")
    assert shown["shipment_id"] == "9754270"
    shown = TransactionOfRma().dump(of_rma(transaction(id=6070096), numbered))
    assert (shown["id"], shown["transaction_id"]) == ("6070096", "6070096")


@pytest.mark.parametrize("of_item", IN_A_PARCEL)
@pytest.mark.parametrize("of_parcel", IN_A_PARCEL)
def test_the_items_in_a_parcel_are_found_whatever_its_id_looks_like(
    of_item: Any, of_parcel: Any
) -> None:
    items = [
        item(returnedItemId="1", shipmentId=of_item),
        item(returnedItemId="2", shipmentId="another"),
        item(returnedItemId="3", shipmentId=None),
        item(returnedItemId="4"),
        None,
        "shirt",
    ]
    shown = ShipmentOfRma().dump(of_rma(shipment(shipmentId=of_parcel), rma(items=items)))
    assert [each["returned_item_id"] for each in shown["items"]] == ["1"]


@pytest.mark.parametrize("unknown", [None, {}, rma(items=None), rma(items="none")])
def test_a_parcel_has_no_items_where_its_rma_tells_none(unknown: Any) -> None:
    assert not ShipmentOfRma().dump(of_rma(shipment(), unknown))["items"]


def test_what_part_and_rma_both_have_is_shown_of_the_part() -> None:
    of_the_rma = rma(comments=[], transactions=[transaction(amount=money(5), status="Success")])
    shown = TransactionOfRma().dump(of_rma(transaction(status="Levitating"), of_the_rma))
    assert (shown["status"], shown["rma_status"]) == ("Levitating", "Approved")
    assert (shown["amount"], shown["refund_total"]) == ("199", "5")
    shown = ItemOfRma().dump(of_rma(item(paidPrice=money(7, "EUR")), of_the_rma))
    assert (shown["paid_price"], shown["currency"], shown["total_paid"]) == ("7", "EUR", "199")


def test_a_key_of_the_part_named_like_the_rma_is_not_taken_for_it() -> None:
    shown = CommentOfRma().dump(of_rma({**COMMENT, "rma": {"rmaSummary": {"rmaId": "1"}}}, rma()))
    assert shown["rma_id"] == "10030552"
