from collections.abc import Callable

import pytest

from connector.blocks import InvalidInput
from connector.returngo import ReturnGO, Unavailable
from tests.actions.searching import ids, search
from tests.conftest import Control


def test_an_rma_is_shown_with_all_its_details(
    control: Control, returngo: ReturnGO, made_calls: Callable[[], list[str]]
) -> None:
    rma_id = control("rmas", order_name="H12043", items=2)["rmaSummary"]["rmaId"]
    (shown,) = search("get_rma", returngo, rma_id=rma_id)
    assert shown["id"] == shown["rma_id"] == rma_id
    assert shown["order_name"] == "H12043"
    assert shown["item_count"] == len(shown["items"]) == 2
    assert shown["shipments"][0]["shipment_id"]
    assert shown["shop"] == "demo.myshopify.com"
    assert made_calls() == [f"GET /rma/{rma_id}"]


@pytest.mark.parametrize("typed", ["RMA{}", " rma {} ", "#RMA{}", "#{}"])
def test_an_id_is_taken_as_the_dashboard_writes_it(
    returngo: ReturnGO, new_rma: Callable[..., str], typed: str
) -> None:
    rma_id = new_rma()
    assert ids(search("get_rma", returngo, rma_id=typed.format(rma_id))) == [rma_id]


@pytest.mark.parametrize("rma_id", ["1", "9" * 30])
def test_an_rma_that_is_not_there_is_not_found(returngo: ReturnGO, rma_id: str) -> None:
    assert search("get_rma", returngo, rma_id=rma_id) == []


def test_an_rma_of_another_shop_is_not_found(
    returngo: ReturnGO, new_rma: Callable[..., str]
) -> None:
    rma_id = new_rma(shop="outlet.myshopify.com")
    assert search("get_rma", returngo, rma_id=rma_id) == []


def test_a_failure_is_not_taken_for_nothing_found(
    control: Control, returngo: ReturnGO, new_rma: Callable[..., str]
) -> None:
    rma_id = new_rma()
    control("faults", status=500, count=9)
    with pytest.raises(Unavailable):
        search("get_rma", returngo, rma_id=rma_id)


def test_the_id_must_be_given(returngo: ReturnGO) -> None:
    with pytest.raises(InvalidInput, match="rma_id: is missing"):
        search("get_rma", returngo)
