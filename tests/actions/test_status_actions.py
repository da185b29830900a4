"""The actions that set one status: what holds for each of them."""

from collections.abc import Callable

import pytest

import app
from connector.blocks import Action, Effect
from connector.returngo import BadRequest, NotFound, ReturnGO

APPROVE, REJECT = (app.CATALOGUE.actions[key] for key in ("approve_rma", "reject_rma"))

each_action = pytest.mark.parametrize("action", [APPROVE, REJECT], ids=lambda action: action.key)


@pytest.mark.parametrize(("action", "status"), [(APPROVE, "Approved"), (REJECT, "Rejected")])
def test_one_that_has_the_status_already_is_left_as_it_is(
    new_rma: Callable[..., str],
    returngo: ReturnGO,
    made_writes: Callable[[], list[str]],
    action: Action,
    status: str,
) -> None:
    # as after an earlier try whose answer got lost
    rma_id = new_rma(status=status)
    assert action.perform(returngo, {"rma_id": rma_id})["status"] == status
    assert made_writes() == []


@pytest.mark.parametrize(
    ("action", "before", "status"),
    [(APPROVE, "Received", "Approved"), (REJECT, "Done", "Rejected")],
)
def test_a_refusal_says_in_which_status_the_rma_is(
    new_rma: Callable[..., str], returngo: ReturnGO, action: Action, before: str, status: str
) -> None:
    rma_id = new_rma(status=before)
    sentence = f"RMA {rma_id} go from {before} to {status}"
    with pytest.raises(BadRequest, match=sentence) as refusal:
        action.perform(returngo, {"rma_id": rma_id})
    assert refusal.value.request_id


@each_action
def test_an_unknown_rma_is_not_found(returngo: ReturnGO, action: Action) -> None:
    with pytest.raises(NotFound):
        action.perform(returngo, {"rma_id": "1"})


@each_action
def test_an_interrupted_try_is_simply_done_again(action: Action) -> None:
    assert action.effect is Effect.SET
