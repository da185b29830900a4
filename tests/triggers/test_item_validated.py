from typing import Any

import pytest

from tests.conftest import Control
from tests.triggers.conftest import Poll

LOOKS = 5  # polls, after which every open RMA has been read again


@pytest.fixture
def rma(control: Control) -> Any:
    return control("rmas", status="Received", items=2, order_name="H12043")


def test_each_item_that_the_warehouse_looked_at_is_shown_once(
    control: Control, poll: Poll, rma: Any
) -> None:
    rma_id = rma["rmaSummary"]["rmaId"]
    good, bad = (item["returnedItemId"] for item in rma["items"])
    assert poll("item_validated") == []
    control(f"rmas/{rma_id}/validation", item=good, location="warehouse-1")
    control(f"rmas/{rma_id}/validation", item=bad, is_restockable=False, reason="Damaged")
    for _ in range(LOOKS):
        shown = {each["returned_item_id"]: each for each in poll("item_validated")}
    assert set(shown) == {good, bad}
    assert (shown[good]["is_returned"], shown[good]["is_restockable"]) == (True, True)
    assert shown[good]["store_location_id"] == "warehouse-1"
    assert (shown[bad]["is_returned"], shown[bad]["is_restockable"]) == (True, False)
    assert shown[bad]["non_restockable_reason"] == "Damaged"
    for item_id, each in shown.items():
        assert each["id"].startswith(f"item:{item_id}:validated:")
        assert (each["rma_id"], each["order_name"]) == (rma_id, "H12043")
        assert each["validated_at"] == each["occurred_at"] is not None
        assert each["sku"]
    assert len(poll("item_validated")) == 2


def test_an_item_that_is_looked_at_again_is_shown_again(
    control: Control, poll: Poll, rma: Any
) -> None:
    rma_id = rma["rmaSummary"]["rmaId"]
    item = rma["items"][0]["returnedItemId"]
    for is_restockable in (True, False):
        control(f"rmas/{rma_id}/validation", item=item, is_restockable=is_restockable)
        for _ in range(LOOKS):
            shown = poll("item_validated")
    assert [each["is_restockable"] for each in shown] == [False, True]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 3),
        ({"is_restockable": "yes"}, 1),
        ({"is_restockable": "no"}, 2),
        ({"store_location_id": "Warehouse-1"}, 1),
        ({"order_name": "#H12043"}, 3),
        ({"order_name": "H1"}, 0),
    ],
)
def test_filters_choose_among_the_items(
    control: Control, poll: Poll, filters: dict[str, str], count: int
) -> None:
    made = control("rmas", status="Received", items=3, order_name="H12043")
    rma_id = made["rmaSummary"]["rmaId"]
    first, second, third = (item["returnedItemId"] for item in made["items"])
    control(f"rmas/{rma_id}/validation", item=first, location="warehouse-1")
    control(f"rmas/{rma_id}/validation", item=second, is_restockable=False, reason="Worn")
    control(f"rmas/{rma_id}/validation", item=third, is_returned=False, reason="Not in the parcel")
    assert len(poll("item_validated", **filters)) == count
