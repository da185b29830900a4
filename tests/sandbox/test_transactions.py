import re
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.client import Caller, Time, refused


def test_a_row_has_the_documented_keys_and_does_not_name_its_rma(api: Caller) -> None:
    rows = api.read("/transactions", pagesize=500)["transactions"]
    extras = set()
    for row in rows:
        assert type(row["id"]) is int
        known = {
            *("id", "type", "externalReferenceId", "externalReferenceType", "amount", "status"),
            *("processor", "bankAccountDetails", "returnItemIds", "createdAt", "lastUpdated"),
        }
        assert row.keys() >= known
        extras |= row.keys() - known
        assert row["amount"].keys() == {"amount", "currency", "shopAmount", "shopCurrency"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", row["createdAt"])
    assert extras == {"gatewayReference"}
    assert any(row["bankAccountDetails"] for row in rows)


def test_an_update_is_recorded_and_moves_the_transactions_time_only(
    empty: Caller, time: Time
) -> None:
    refund = empty.control("transactions")
    rma = empty.ids("/rmas")[0]
    updated = empty.read(f"/rma/{rma}")["lastUpdated"]
    time.forward(hours=1)
    changes = {
        "status": "Success",
        "externalReferenceId": "bank-77",
        "externalReferenceType": "BankTransferId",
        "processor": "Example Bank",
    }
    response = empty.put(f"/transaction/{refund['id']}", changes | {"amount": 1, "unknown": 2})
    assert (response.status_code, response.json) == (200, {})
    expected = refund | changes | {"lastUpdated": "2026-03-10T13:00:00+00:00"}
    assert empty.read("/transactions", pagesize=1)["transactions"] == [expected]
    after = empty.read(f"/rma/{rma}")
    assert after["transactions"] == [expected]
    assert after["lastUpdated"] == updated


@pytest.mark.parametrize("status", ["Requested", "Success", "Pending", "Failed"])
def test_every_known_status_may_be_recorded(empty: Caller, status: str) -> None:
    refund = empty.control("transactions", status="Success")
    assert empty.put(f"/transaction/{refund['id']}", {"status": status}).status_code == 200
    assert empty.ids("/transactions", statuses=status) == [refund["id"]]


@pytest.mark.parametrize(
    "body", [{"status": "Paid"}, {"status": None}, {"status": 5}, {"processor": ["x"]}]
)
def test_an_unknown_status_or_a_field_that_is_no_text_is_400(
    empty: Caller, time: Time, body: dict[str, Any]
) -> None:
    refund = empty.control("transactions")
    time.forward(hours=1)
    update = {"externalReferenceId": "x"} | body
    assert refused(empty.put(f"/transaction/{refund['id']}", update)) == 400
    assert empty.read("/transactions", pagesize=1)["transactions"] == [refund]


def test_an_update_without_a_change_moves_the_time_as_well(empty: Caller, time: Time) -> None:
    refund = empty.control("transactions")
    time.forward(hours=1)
    empty.put(f"/transaction/{refund['id']}", {})
    assert empty.ids("/transactions", updated_at="gt:2026-03-10T12:00:00") == [refund["id"]]
    assert empty.calls()[0]["applied"]


def test_an_unknown_transaction_is_404_and_none_is_made(empty: Caller) -> None:
    assert refused(empty.put("/transaction/5", {"status": "Success"})) == 404
    assert empty.ids("/transactions") == []


def test_the_comma_lists_filter(api: Caller) -> None:
    rma = api.control("rmas")
    first = api.control("transactions", rma_id=rma["rmaSummary"]["rmaId"], type="InvoicePayment")
    second = api.control("transactions", status="Failed", processor="Elsewhere")
    ids = [first["id"], second["id"]]
    wanted = f"{first['id']},{second['id']}"
    assert api.ids("/transactions", ids=wanted) == ids
    assert api.ids("/transactions", rma_ids=rma["rmaSummary"]["rmaId"]) == ids
    assert api.ids("/transactions", order_ids=rma["orderDetails"]["orderId"]) == ids
    assert api.ids("/transactions", ids=wanted, types="InvoicePayment,x") == ids[:1]
    assert api.ids("/transactions", ids=wanted, statuses="Failed,x") == ids[1:]
    assert api.ids("/transactions", processors="Elsewhere,x") == ids[1:]


@pytest.mark.parametrize("name", ["rma_ids", "order_ids", "statuses", "types", "processors", "ids"])
def test_an_unknown_word_finds_nothing(api: Caller, name: str) -> None:
    assert api.ids("/transactions", **{name: "nothing"}) == []


def test_the_order_is_found_by_its_internal_id_not_by_its_name(api: Caller) -> None:
    rma = api.control("rmas", order_name="A1")
    api.control("transactions", rma_id=rma["rmaSummary"]["rmaId"])
    assert api.ids("/transactions", order_ids="A1") == []


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("0.10", '"amount": 0.1,'),
        ("1119.60", '"amount": 1119.6,'),
        ("199", '"amount": 199,'),
        ("12345678901234567890.12", '"amount": 12345678901234567890.12,'),
    ],
)
def test_money_is_written_exactly_as_it_was_given(empty: Caller, given: str, written: str) -> None:
    made = empty.control("transactions", amount=given, currency="ZAR")
    assert made["amount"]["amount"] == Decimal(given)
    assert written in empty.get("/transactions", pagesize=1).text
