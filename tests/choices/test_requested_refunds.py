from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connector.sandbox.app import SandboxApp
from tests.choices.conftest import Options
from tests.conftest import Control
from tests.stand_ins import HandClock

Calls = Callable[[], list[str]]


@pytest.fixture
def row(control: Control) -> Callable[..., None]:
    """Let ReturnGO list one transaction, which belongs to no RMA that it knows."""

    def stand(**members: Any) -> None:
        body = {"transactions": [{"id": 6070096, **members}]}
        control("faults", status=200, body=body)

    return stand


def money(amount: Any, currency: str = "ZAR") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def labels(offered: list[dict[str, Any]]) -> list[str]:
    return [each["label"] for each in offered]


def test_requested_refunds_are_offered_newest_first_with_their_rma(
    control: Control, options: Options, clock: HandClock, made_calls: Calls
) -> None:
    expected = []
    for kind, words in (
        ("RefundToPaymentMethod", "payment method"),
        ("RefundToGiftCard", "gift card"),
        ("RefundToStoreCredit", "store credit"),
    ):
        rma_id = control("rmas")["rmaSummary"]["rmaId"]
        made = control("transactions", type=kind, amount="1119.6", currency="ZAR")
        control("transactions", status="Success")
        expected.append({"id": str(made["id"]), "label": f"RMA{rma_id} · 1119.60 ZAR · {words}"})
        clock.advance(timedelta(hours=1))
    assert options("requested_refunds") == expected[::-1]
    assert made_calls()[:2] == ["GET /transactions", "GET /rmas"]
    assert len(made_calls()) == 2 + 3


def test_a_refund_whose_rma_is_not_found_is_named_by_itself(
    options: Options, row: Callable[..., None]
) -> None:
    row(amount=money(199), type="RefundToGiftCard")
    assert options("requested_refunds") == [
        {"id": "6070096", "label": "Refund 6070096 · 199.00 ZAR · gift card"}
    ]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (199, "199.00"),
        (199.5, "199.50"),
        ("1234567890123456789012345678901.1", "1234567890123456789012345678901.10"),
        (0.125, "0.125"),
        (-5, "-5.00"),
    ],
)
def test_money_has_two_decimals_at_least_and_every_digit_that_returngo_wrote(
    options: Options, row: Callable[..., None], sent: Any, shown: str
) -> None:
    row(amount=money(sent), type="RefundToGiftCard")
    assert labels(options("requested_refunds")) == [f"Refund 6070096 · {shown} ZAR · gift card"]


@pytest.mark.parametrize(("sent", "shown"), [(1275, "1275 JPY"), (1275.5, "1275.50 JPY")])
def test_money_without_cents_is_shown_without_them(
    options: Options, row: Callable[..., None], sent: Any, shown: str
) -> None:
    row(amount=money(sent, "JPY"), type="RefundToGiftCard")
    assert labels(options("requested_refunds")) == [f"Refund 6070096 · {shown} · gift card"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("RefundToBankAccount", "bank account"), ("RefundOdd", "refund odd")],
)
def test_a_type_of_another_name_is_told_in_its_own_words(
    options: Options, row: Callable[..., None], kind: str, words: str
) -> None:
    row(amount=money(1), type=kind)
    assert labels(options("requested_refunds")) == [f"Refund 6070096 · 1.00 ZAR · {words}"]


def test_what_returngo_does_not_tell_is_left_out(
    options: Options, row: Callable[..., None]
) -> None:
    row(amount={"amount": None, "currency": "ZAR"}, type="RefundTo")
    assert labels(options("requested_refunds")) == ["Refund 6070096"]


@pytest.mark.parametrize(
    "other",
    [{"type": "InvoicePayment"}, {"type": None}, {"externalReferenceId": "pay_1"}],
)
def test_what_is_no_refund_or_was_paid_already_is_not_offered(
    options: Options, row: Callable[..., None], other: dict[str, Any]
) -> None:
    row(**{"amount": money(1), "type": "RefundToGiftCard", **other})
    assert options("requested_refunds") == []


def test_many_invoices_do_not_crowd_a_refund_out(control: Control, options: Options) -> None:
    made = control("transactions")
    for _ in range(60):
        control("transactions", type="InvoicePayment")
    assert [each["id"] for each in options("requested_refunds")] == [str(made["id"])]


def test_many_refunds_cost_no_more_calls_than_are_allowed_for_their_names(
    control: Control, options: Options, clock: HandClock, made_calls: Calls
) -> None:
    for _ in range(60):
        control("rmas")
        control("transactions")
        clock.advance(timedelta(hours=1))
    offered = options("requested_refunds")
    assert len(offered) == 50
    assert len(made_calls()) == 1 + 20
    named = [label for label in labels(offered) if label.startswith("RMA")]
    assert len(named) == 19
    assert named == labels(offered)[:19], "the newest are named first"


def test_refunds_can_be_chosen_even_when_their_rmas_cannot_be_read(
    control: Control, options: Options, sandbox: SandboxApp
) -> None:
    made = control("transactions")
    broken = {"status": 500, "path": "/rma", "share": 1}
    sandbox.test_client().post("/_sandbox/faults", json=broken)
    (option,) = options("requested_refunds")
    assert option["id"] == str(made["id"])
    assert option["label"].startswith(f"Refund {made['id']} · ")
    assert sandbox.simulation.calls[-1].status == 500


def test_a_shop_without_requested_refunds_has_none_to_offer(
    control: Control, options: Options, made_calls: Calls
) -> None:
    control("transactions", status="Success")
    assert options("requested_refunds") == []
    assert made_calls() == ["GET /transactions"]
