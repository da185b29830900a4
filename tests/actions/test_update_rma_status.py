from collections.abc import Callable

import pytest

import app
from connector.returngo import BadRequest, NotFound, ReturnGO
from tests.conftest import Control

ACTION = app.CATALOGUE.actions["update_rma_status"]


def test_the_status_is_set_at_returngo_and_answered(control: Control, returngo: ReturnGO) -> None:
    rma_id = control("rmas", status="Approved")["rmaSummary"]["rmaId"]
    assert ACTION.perform(returngo, {"rma_id": rma_id, "status": "Received"}) == {
        "id": rma_id,
        "rma_id": rma_id,
        "status": "Received",
        "shop": "demo.myshopify.com",
    }
    assert returngo.get_rma(rma_id)["rmaSummary"]["status"] == "Received"


def test_a_refused_transition_says_from_what_to_what(control: Control, returngo: ReturnGO) -> None:
    rma_id = control("rmas", status="Done")["rmaSummary"]["rmaId"]
    sentence = (
        f"ReturnGO does not let RMA {rma_id} go from Done to Approved. ReturnGO refused this:"
    )
    with pytest.raises(BadRequest) as refusal:
        ACTION.perform(returngo, {"rma_id": rma_id, "status": "Approved"})
    assert str(refusal.value).startswith(sentence)
    assert refusal.value.request_id


def test_a_status_that_the_rma_has_already_is_success(
    control: Control, returngo: ReturnGO, made_writes: Callable[[], list[str]]
) -> None:
    # as after an earlier try whose answer got lost
    rma_id = control("rmas", status="Approved")["rmaSummary"]["rmaId"]
    control(f"rmas/{rma_id}/status", status="Received")
    shown = ACTION.perform(returngo, {"rma_id": rma_id, "status": "Received"})
    assert shown["status"] == "Received"
    assert made_writes() == []


def test_an_unknown_rma_is_not_found(returngo: ReturnGO) -> None:
    with pytest.raises(NotFound, match="ReturnGO has no such thing"):
        ACTION.perform(returngo, {"rma_id": "1", "status": "Received"})


def test_an_rma_of_another_shop_is_not_found(control: Control, returngo: ReturnGO) -> None:
    rma_id = control("rmas", shop="outlet.myshopify.com")["rmaSummary"]["rmaId"]
    with pytest.raises(NotFound):
        ACTION.perform(returngo, {"rma_id": rma_id, "status": "Approved"})


def test_an_id_that_returngo_cannot_read_is_refused(returngo: ReturnGO) -> None:
    with pytest.raises(BadRequest, match="Invalid id"):
        ACTION.perform(returngo, {"rma_id": "9" * 30, "status": "Approved"})
