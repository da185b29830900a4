"""Which RMA a refund belongs to: what the details of RMAs have named is not searched for."""

from datetime import timedelta
from typing import Any

import pytest

import app
from connector.feed.reading.remembered import Remembered, RememberedRmas
from connector.sandbox.world.models import Rma
from tests.feed.conftest import Poll
from tests.feed.returngo import World
from tests.processes import SHOPS
from tests.stand_ins import HandClock

COMMENTS = app.CATALOGUE.triggers["rma_comment_added"]
REFUNDS = app.CATALOGUE.triggers["refund_requested"]
UPDATES = app.CATALOGUE.triggers["transaction_updated"]
LISTS = ["/transactions"] * len(SHOPS)


@pytest.fixture
def mine(poll: Poll, world: World, clock: HandClock) -> Rma:
    """A return whose details were read before others moved."""
    mine, *others = (world.rma() for _ in range(4))
    for trigger in (COMMENTS, REFUNDS, UPDATES):
        poll(trigger)
    clock.advance(timedelta(hours=2))
    for other in others:
        world.move(other, "Approved")
    clock.advance(timedelta(minutes=10))
    world.forget_calls()
    return mine


@pytest.mark.parametrize("is_for_items", [True, False])
def test_a_refund_for_known_items_costs_no_call_and_another_one_a_search(
    poll: Poll, world: World, mine: Rma, is_for_items: bool
) -> None:
    refund = world.refund(mine)
    refund.return_item_ids = [mine.items[0]["returnedItemId"]] if is_for_items else []
    (shown,) = poll(REFUNDS).objects
    assert shown["rma_id"] == str(mine.id)
    found = [path for path in world.calls() if path != "/transactions"]
    assert (found == []) == is_for_items


@pytest.mark.two_shops
def test_a_refund_that_details_have_shown_costs_no_call_when_it_moves(
    poll: Poll, world: World, clock: HandClock, mine: Rma
) -> None:
    refund = world.refund(mine)
    refund.return_item_ids = []
    poll(UPDATES)
    clock.advance(timedelta(days=1))
    poll(COMMENTS)  # reads the return once more
    poll(UPDATES)
    world.forget_calls()
    world.record(refund, "Success")
    clock.advance(timedelta(minutes=10))
    newest = poll(UPDATES).objects[0]
    assert (newest["rma_id"], newest["status"]) == (str(mine.id), "Success")
    assert world.calls() == LISTS


def test_the_refunds_of_a_return_share_what_is_known_of_it(
    poll: Poll, world: World, mine: Rma, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each would hold the return with all its refunds: a gigabyte for some hundred of them."""
    looked_up: list[str] = []
    look_up = RememberedRmas.of

    def counted(self: RememberedRmas, database: Any, own: Any, rma_id: str) -> Remembered | None:
        looked_up.append(rma_id)
        return look_up(self, database, own, rma_id)

    monkeypatch.setattr(RememberedRmas, "of", counted)
    refunds = [world.refund(mine) for _ in range(3)]
    for refund in refunds:
        refund.return_item_ids = [mine.items[0]["returnedItemId"]]
    shown = poll(REFUNDS).objects
    assert [each["rma_id"] for each in shown] == [str(mine.id)] * len(refunds)
    assert looked_up.count(str(mine.id)) == 1
