from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connector.blocks import InvalidInput
from connector.returngo import ReturnGO
from connector.sandbox.app import SandboxApp
from tests.actions.searching import ids, search
from tests.conftest import Control
from tests.stand_ins import HandClock

Calls = Callable[[], list[str]]
NewRma = Callable[..., str]


@pytest.fixture
def customer_of(sandbox: SandboxApp) -> Callable[[str], str]:
    """Give an RMA a customer's name, which ReturnGO's answers do not show."""
    rmas = sandbox.simulation.world.rmas
    return lambda rma_id: str(rmas[int(rma_id)].order.customer.id)


@pytest.fixture
def tracked(control: Control) -> Any:
    """An RMA whose parcel has a number, and another one."""
    rma = control("rmas", order_name="H12043")
    shipment = rma["shipments"][0]["shipmentId"]
    control(f"shipments/{shipment}", trackingNumber="SC123456789")
    control("rmas")
    return rma["rmaSummary"]["rmaId"]


@pytest.mark.parametrize("told", ["#1001", "1001"])
@pytest.mark.parametrize("typed", ["#1001", "1001", " 1001 "])
def test_an_order_is_found_with_or_without_the_hash(
    returngo: ReturnGO, new_rma: NewRma, made_calls: Calls, told: str, typed: str
) -> None:
    rma_id = new_rma(order_name=told)
    new_rma(order_name="#10011")
    assert ids(search("find_rma", returngo, order_name=typed)) == [rma_id]
    as_typed = typed.strip() == told
    assert made_calls() == ["GET /rmas"] * (1 if as_typed else 2) + [f"GET /rma/{rma_id}"]


def test_an_order_is_asked_for_as_it_was_typed_first(
    returngo: ReturnGO, sandbox: SandboxApp, made_calls: Calls
) -> None:
    assert search("find_rma", returngo, order_name="#1001") == []
    asked = [call.query for call in sandbox.simulation.calls]
    assert made_calls() == ["GET /rmas"] * 2
    assert "order_name=%231001" in asked[0]
    assert "order_name=1001" in asked[1]


def test_a_tracking_number_finds_its_rma(
    returngo: ReturnGO, tracked: str, made_calls: Calls
) -> None:
    (shown,) = search("find_rma", returngo, tracking_number=" SC123456789 ")
    assert shown["rma_id"] == tracked
    assert shown["tracking_number"] == "SC123456789"
    assert made_calls() == ["GET /rmas", f"GET /rma/{tracked}"]


def test_a_customers_rmas_are_found(
    returngo: ReturnGO, new_rma: NewRma, customer_of: Callable[[str], str]
) -> None:
    rma_id, _ = new_rma(), new_rma()
    assert ids(search("find_rma", returngo, customer_id=customer_of(rma_id))) == [rma_id]


def test_an_id_finds_the_rma_in_one_call(
    returngo: ReturnGO, new_rma: NewRma, made_calls: Calls
) -> None:
    rma_id = new_rma()
    assert ids(search("find_rma", returngo, rma_id=f"RMA{rma_id}")) == [rma_id]
    assert made_calls() == [f"GET /rma/{rma_id}"]


def test_of_several_fields_all_must_match(
    returngo: ReturnGO, tracked: str, new_rma: NewRma, customer_of: Callable[[str], str]
) -> None:
    right = {
        "rma_id": tracked,
        "order_name": "#h12043",
        "tracking_number": "sc123456789",
        "customer_id": customer_of(tracked),
    }
    other = new_rma(order_name="H2")
    wrong = {
        "rma_id": other,
        "order_name": "H2",
        "tracking_number": "SC2",
        "customer_id": customer_of(other),
    }
    assert ids(search("find_rma", returngo, **right)) == [tracked]
    for name in right:
        assert search("find_rma", returngo, **{**right, name: wrong[name]}) == [], name


def test_of_several_fields_without_an_id_all_must_match(
    returngo: ReturnGO, tracked: str, customer_of: Callable[[str], str]
) -> None:
    right = {"order_name": "H12043", "tracking_number": "SC123456789"}
    known = {**right, "customer_id": customer_of(tracked)}
    assert ids(search("find_rma", returngo, **known)) == [tracked]
    for name in known:
        assert search("find_rma", returngo, **{**known, name: "1"}) == [], name


def test_the_newest_come_first_and_no_more_are_read_than_wanted(
    returngo: ReturnGO, new_rma: NewRma, clock: HandClock, made_calls: Calls
) -> None:
    made = []
    for _ in range(4):
        made.append(new_rma(order_name="H1"))
        clock.advance(timedelta(hours=1))
    assert ids(search("find_rma", returngo, order_name="H1", limit=2)) == [made[3], made[2]]
    assert len(made_calls()) == 3


@pytest.mark.parametrize("rma_id", ["1", "9" * 30])
def test_an_rma_that_is_not_there_is_not_found(returngo: ReturnGO, rma_id: str) -> None:
    assert search("find_rma", returngo, rma_id=rma_id) == []


def test_a_parcel_without_a_number_is_not_found_by_any_word(
    returngo: ReturnGO, new_rma: NewRma
) -> None:
    assert search("find_rma", returngo, rma_id=new_rma(), tracking_number="None") == []


@pytest.mark.parametrize("typed", [{}, {"limit": "5"}, {"order_name": "", "rma_id": " "}])
def test_something_must_be_known(returngo: ReturnGO, made_calls: Calls, typed: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        search("find_rma", returngo, **typed)
    assert str(refusal.value) == (
        "query: needs at least one of rma_id, order_name, tracking_number, customer_id."
    )
    assert made_calls() == []


@pytest.mark.parametrize("name", ["order_name", "tracking_number"])
@pytest.mark.parametrize("typed", [",", "1001,1002"])
def test_what_returngo_would_take_for_several_or_for_all_is_refused(
    returngo: ReturnGO, made_calls: Calls, name: str, typed: str
) -> None:
    with pytest.raises(InvalidInput, match=f"{name}: is .*; it must look like"):
        search("find_rma", returngo, **{name: typed})
    assert made_calls() == []
