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
def new_transaction(control: Control) -> Callable[..., str]:
    return lambda **options: str(control("transactions", **options)["id"])


def test_the_newest_come_first_for_one_call(
    returngo: ReturnGO,
    new_transaction: Callable[..., str],
    clock: HandClock,
    made_calls: Calls,
) -> None:
    made = []
    for _ in range(4):
        made.append(new_transaction())
        clock.advance(timedelta(hours=1))
    assert ids(search("find_transactions", returngo, limit=3)) == made[:0:-1]
    assert made_calls() == ["GET /transactions"]


def test_transactions_of_the_same_second_come_newest_first_too(
    returngo: ReturnGO, new_rma: NewRma, new_transaction: Callable[..., str]
) -> None:
    rma_id = new_rma()
    made = [new_transaction() for _ in range(3)]
    assert ids(search("find_transactions", returngo)) == made[::-1]
    assert ids(search("find_transactions", returngo, rma_id=rma_id)) == made[::-1]


def test_those_of_an_rma_show_customer_and_order_for_one_call(
    control: Control,
    returngo: ReturnGO,
    new_transaction: Callable[..., str],
    made_calls: Calls,
) -> None:
    rma = control("rmas", order_name="H12043", customer_name="Thandi Example")
    rma_id = rma["rmaSummary"]["rmaId"]
    wanted = new_transaction(amount="1119.6", currency="ZAR")
    control("rmas")
    new_transaction()
    (shown,) = search("find_transactions", returngo, rma_id=f"RMA{rma_id}")
    assert (shown["id"], shown["rma_id"]) == (wanted, rma_id)
    assert (shown["order_name"], shown["customer_name"]) == ("H12043", "Thandi Example")
    assert (shown["amount"], shown["currency"]) == ("1119.6", "ZAR")
    assert made_calls() == [f"GET /rma/{rma_id}"]


def test_without_an_rma_what_is_known_of_it_is_null(
    returngo: ReturnGO, new_transaction: Callable[..., str]
) -> None:
    new_transaction()
    (shown,) = search("find_transactions", returngo)
    for name in ("rma_id", "rma_status", "order_name", "customer_name", "item_count"):
        assert shown[name] is None, name


@pytest.fixture
def order(sandbox: SandboxApp, new_rma: NewRma, new_transaction: Callable[..., str]) -> Any:
    """An order, its RMA and five transactions of it, made from the first to the last."""
    rma_id = new_rma()
    made = [
        new_transaction(type=kind, status=status, processor=processor)
        for kind, status, processor in (
            ("RefundToGiftCard", "Requested", "Shopify"),
            ("RefundToStoreCredit", "Requested", "PayPal"),
            ("InvoicePayment", "Success", "Shopify"),
            ("PaymentCapture", "Failed", "Shopify"),
            ("RefundToGiftCard", "Success", "Shopify"),
        )
    ]
    new_rma()
    new_transaction(type="PaymentAuthorization", status="Pending", processor="Adyen")
    order_id = str(sandbox.simulation.world.rmas[int(rma_id)].order.id)
    return {"rma_id": rma_id, "order_id": order_id, "made": made}


@pytest.mark.parametrize("by", ["order_id", "rma_id"])
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({}, [4, 3, 2, 1, 0]),
        ({"status": "requested"}, [1, 0]),
        ({"status": "Requested, failed"}, [3, 1, 0]),
        ({"type": "RefundToGiftCard"}, [4, 0]),
        ({"type": "invoicepayment,PaymentCapture"}, [3, 2]),
        ({"processor": "Shopify", "status": "Requested"}, [0]),
        ({"processor": "PayPal", "type": "RefundToGiftCard"}, []),
        ({"type": "SomethingNew"}, []),
    ],
)
def test_of_several_fields_all_must_match(
    returngo: ReturnGO, order: Any, by: str, typed: dict[str, str], found: list[int]
) -> None:
    shown = search("find_transactions", returngo, **{by: order[by]}, **typed)
    assert ids(shown) == [order["made"][n] for n in found]


def test_an_rma_must_be_of_the_order(returngo: ReturnGO, order: Any) -> None:
    both = {"rma_id": order["rma_id"], "order_id": order["order_id"]}
    assert len(search("find_transactions", returngo, **both)) == 5
    assert search("find_transactions", returngo, **{**both, "order_id": "1"}) == []


@pytest.mark.parametrize("rma_id", ["1", "9" * 30])
def test_an_rma_that_is_not_there_has_no_transactions(returngo: ReturnGO, rma_id: str) -> None:
    assert search("find_transactions", returngo, rma_id=rma_id) == []


@pytest.mark.parametrize("name", ["status", "type", "processor"])
def test_a_list_of_nothing_does_not_find_everything(
    returngo: ReturnGO, made_calls: Calls, name: str
) -> None:
    with pytest.raises(InvalidInput, match=f"{name}: is '.*'; it must look like"):
        search("find_transactions", returngo, **{name: ","})
    assert made_calls() == []


@pytest.mark.parametrize("of_one_rma", [False, True])
def test_only_those_of_a_time_are_found(
    returngo: ReturnGO,
    new_rma: NewRma,
    new_transaction: Callable[..., str],
    clock: HandClock,
    of_one_rma: bool,
) -> None:
    rma_id = new_rma()
    old = new_transaction(rma_id=int(rma_id))
    clock.advance(timedelta(hours=2))
    new = new_transaction(rma_id=int(rma_id))
    where = {"rma_id": rma_id} if of_one_rma else {}
    hour_later = "2026-02-04T13:00:00Z"
    assert ids(search("find_transactions", returngo, **where)) == [new, old]
    assert ids(search("find_transactions", returngo, created_after=hour_later, **where)) == [new]
    returngo.update_transaction(old, {"status": "Success"})
    changed = search("find_transactions", returngo, updated_after=hour_later, **where)
    assert ids(changed) == [new, old]


def test_details_look_for_the_return_of_each(
    control: Control,
    returngo: ReturnGO,
    new_transaction: Callable[..., str],
    made_calls: Calls,
) -> None:
    rma_id = control("rmas", order_name="H12043")["rmaSummary"]["rmaId"]
    new_transaction(rma_id=int(rma_id))
    (shown,) = search("find_transactions", returngo, details=True)
    assert (shown["rma_id"], shown["order_name"]) == (rma_id, "H12043")
    assert made_calls() == ["GET /transactions", "GET /rmas", f"GET /rma/{rma_id}"]
