from typing import Any

import pytest

import app
from connector.returngo import NotFound, ReturnGO
from connector.sandbox.app import SandboxApp
from tests.conftest import Control

ACTION = app.CATALOGUE.actions["record_transaction"]


def at_returngo(returngo: ReturnGO, transaction_id: str) -> dict[str, Any]:
    rows = returngo.list_transactions().rows
    return next(row for row in rows if str(row["id"]) == transaction_id)


def test_what_happened_is_recorded_at_returngo_and_answered(
    control: Control, returngo: ReturnGO
) -> None:
    transaction_id = str(control("transactions")["id"])
    outcome = {
        "status": "Success",
        "external_reference_id": "pay_8c1f2",
        "external_reference_type": "PlatformRefundId",
        "processor": "Example Payments",
    }
    shown = ACTION.perform(returngo, {"transaction_id": transaction_id, **outcome})
    assert shown == {
        "id": transaction_id,
        "transaction_id": transaction_id,
        "shop": "demo.myshopify.com",
        **outcome,
    }
    row = at_returngo(returngo, transaction_id)
    assert row["status"] == "Success"
    assert row["externalReferenceId"] == "pay_8c1f2"
    assert row["externalReferenceType"] == "PlatformRefundId"
    assert row["processor"] == "Example Payments"


def test_what_is_not_given_is_not_sent_so_it_stays(control: Control, returngo: ReturnGO) -> None:
    transaction_id = str(control("transactions", processor="PayPal")["id"])
    shown = ACTION.perform(returngo, {"transaction_id": transaction_id, "status": "Failed"})
    assert shown["status"] == "Failed"
    assert shown["processor"] is None
    row = at_returngo(returngo, transaction_id)
    assert (row["status"], row["processor"]) == ("Failed", "PayPal")


def test_an_unknown_transaction_is_refused_with_the_reason(
    returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    with pytest.raises(NotFound) as refusal:
        ACTION.perform(returngo, {"transaction_id": "1", "status": "Success"})
    assert str(refusal.value) == (
        "ReturnGO has no transaction 1 in demo.myshopify.com. Only transactions that ReturnGO"
        " created can be recorded; new ones cannot be made."
    )
    assert refusal.value.request_id
    assert sandbox.simulation.world.transactions == {}


def test_recording_twice_leaves_the_same(control: Control, returngo: ReturnGO) -> None:
    transaction_id = str(control("transactions")["id"])
    fields = {"transaction_id": transaction_id, "status": "Success"}
    once = ACTION.perform(returngo, fields)
    before = at_returngo(returngo, transaction_id)
    assert ACTION.perform(returngo, fields) == once
    assert at_returngo(returngo, transaction_id) == before
