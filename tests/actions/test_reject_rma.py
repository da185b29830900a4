from collections.abc import Callable

import pytest

import app
from connector.blocks import Effect
from connector.returngo import BadRequest, NotFound, ReturnGO

ACTION = app.CATALOGUE.actions["reject_rma"]


def test_an_rma_is_rejected_at_returngo(new_rma: Callable[..., str], returngo: ReturnGO) -> None:
    rma_id = new_rma(status="Pending")
    assert ACTION.perform(returngo, {"rma_id": rma_id}) == {
        "id": rma_id,
        "rma_id": rma_id,
        "status": "Rejected",
        "shop": "demo.myshopify.com",
    }
    assert returngo.get_rma(rma_id)["rmaSummary"]["status"] == "Rejected"


def test_one_that_is_rejected_already_is_left_as_it_is(
    new_rma: Callable[..., str], returngo: ReturnGO, made_writes: Callable[[], list[str]]
) -> None:
    # as after an earlier try whose answer got lost
    rma_id = new_rma(status="Rejected")
    assert ACTION.perform(returngo, {"rma_id": rma_id})["status"] == "Rejected"
    assert made_writes() == []


def test_a_refusal_says_in_which_status_the_rma_is(
    new_rma: Callable[..., str], returngo: ReturnGO
) -> None:
    rma_id = new_rma(status="Done")
    with pytest.raises(BadRequest, match=f"RMA {rma_id} go from Done to Rejected") as refusal:
        ACTION.perform(returngo, {"rma_id": rma_id})
    assert refusal.value.request_id


def test_an_unknown_rma_is_not_found(returngo: ReturnGO) -> None:
    with pytest.raises(NotFound):
        ACTION.perform(returngo, {"rma_id": "1"})


def test_an_interrupted_try_is_simply_done_again() -> None:
    assert ACTION.effect is Effect.SET
