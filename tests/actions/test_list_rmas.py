from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connector.blocks import InvalidInput
from connector.returngo import ReturnGO
from connector.sandbox.app import SandboxApp
from tests.actions.searching import ids, search
from tests.stand_ins import HandClock

Calls = Callable[[], list[str]]
NewRma = Callable[..., str]


@pytest.fixture
def history(new_rma: NewRma, clock: HandClock) -> list[str]:
    """Four RMAs, an hour between each, the oldest first."""
    made = []
    for status in ("Done", "Rejected", "Approved", "Pending"):
        made.append(new_rma(status=status))
        clock.advance(timedelta(hours=1))
    return made


def test_all_are_listed_newest_first_for_one_call(
    returngo: ReturnGO, history: list[str], made_calls: Calls
) -> None:
    assert ids(search("list_rmas", returngo)) == history[::-1]
    assert made_calls() == ["GET /rmas"]


def test_no_more_are_listed_than_wanted(
    returngo: ReturnGO, history: list[str], made_calls: Calls
) -> None:
    assert ids(search("list_rmas", returngo, limit=3)) == history[:0:-1]
    assert made_calls() == ["GET /rmas"]


def test_what_a_row_does_not_tell_is_null(returngo: ReturnGO, new_rma: NewRma) -> None:
    rma_id = new_rma(order_name="H12043", status="Approved")
    (shown,) = search("list_rmas", returngo)
    assert (shown["rma_id"], shown["status"], shown["order_name"]) == (rma_id, "Approved", "H12043")
    assert shown["rma_number"] == f"RMA{rma_id}"
    assert shown["created_at"] == "2026-02-04T12:00:00Z"
    assert [each["name"] for each in shown["transitions"]] == ["RMA_CREATED", "RMA_APPROVED"]
    for name in ("item_count", "items", "items_summary", "total_paid", "customer_name"):
        assert shown[name] is None, name


def test_details_cost_one_call_more_for_each(
    returngo: ReturnGO, history: list[str], made_calls: Calls
) -> None:
    found = search("list_rmas", returngo, details="yes", limit=2)
    assert ids(found) == [history[3], history[2]]
    assert [shown["item_count"] for shown in found] == [1, 1]
    assert made_calls() == ["GET /rmas", f"GET /rma/{history[3]}", f"GET /rma/{history[2]}"]


@pytest.mark.parametrize(
    "typed", ["Rejected,Approved", " approved , REJECTED,", "Approved,Lost,Rejected"]
)
def test_several_statuses_are_taken_as_a_comma_list(
    returngo: ReturnGO, history: list[str], typed: str
) -> None:
    assert ids(search("list_rmas", returngo, status=typed)) == [history[2], history[1]]


@pytest.mark.parametrize("typed", [",", " , "])
def test_a_list_of_nothing_does_not_list_everything(
    returngo: ReturnGO, made_calls: Calls, typed: str
) -> None:
    with pytest.raises(InvalidInput, match=r"status: is '.*'; it must look like Approved"):
        search("list_rmas", returngo, status=typed)
    assert made_calls() == []


def test_a_customers_history_is_theirs_alone(
    returngo: ReturnGO, sandbox: SandboxApp, history: list[str]
) -> None:
    customer = sandbox.simulation.world.rmas[int(history[1])].order.customer.id
    assert ids(search("list_rmas", returngo, customer_id=str(customer))) == [history[1]]
    assert search("list_rmas", returngo, customer_id="1") == []


def test_an_order_is_found_with_or_without_the_hash(returngo: ReturnGO, new_rma: NewRma) -> None:
    rma_id = new_rma(order_name="#1001")
    new_rma()
    assert ids(search("list_rmas", returngo, order_name="1001")) == [rma_id]


@pytest.mark.parametrize("time", ["2026-02-04T14:00:00Z", "2026-02-04T16:00:00+02:00"])
def test_times_are_compared_as_utc_and_include_their_own_second(
    returngo: ReturnGO, history: list[str], time: str
) -> None:
    # what was created at noon and every hour since
    assert ids(search("list_rmas", returngo, created_after=time)) == history[:1:-1]


def test_what_was_updated_is_told_from_what_was_created(
    returngo: ReturnGO, new_rma: NewRma
) -> None:
    rma_id = new_rma(created_at="2026-02-01T00:00:00Z", updated_at="2026-02-03T00:00:00Z")
    span = {"created_after": "2026-01-31T00:00:00Z", "updated_after": "2026-02-02T00:00:00Z"}
    assert ids(search("list_rmas", returngo, **span)) == [rma_id]
    assert search("list_rmas", returngo, created_after="2026-02-02T00:00:00Z") == []
    assert search("list_rmas", returngo, updated_after="2026-02-04T00:00:00Z") == []


@pytest.mark.parametrize("time", ["yesterday", "0001-01-01T00:00:00+02:00"])
def test_a_time_that_is_none_is_refused(returngo: ReturnGO, time: str) -> None:
    with pytest.raises(InvalidInput, match=r"created_after: is .*; it must be a time"):
        search("list_rmas", returngo, created_after=time)


def test_raw_shows_what_returngo_sent(returngo: ReturnGO, new_rma: NewRma) -> None:
    rma_id = new_rma()
    shown: Any
    (shown,) = search("list_rmas", returngo, raw="true")
    assert shown["raw"] == {"rmaSummary": returngo.get_rma(rma_id)["rmaSummary"]}
