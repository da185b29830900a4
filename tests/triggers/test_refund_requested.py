from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.sandbox.app import SandboxApp
from schemas.words import REFUND_TYPES, TRANSACTION_STATUSES, TRANSACTION_TYPES
from tests.conftest import Control
from tests.schemas.documents import transaction
from tests.triggers.conftest import Poll
from tests.triggers.happenings import shown_by

TYPES = st.none() | st.sampled_from(TRANSACTION_TYPES) | st.text()
STATUSES = st.none() | st.sampled_from(TRANSACTION_STATUSES) | st.text()
REFERENCES = st.none() | st.text() | st.integers()


def test_a_requested_refund_is_shown_once(control: Control, poll: Poll) -> None:
    made = control("transactions", amount="1119.6", currency="ZAR", bank_account=True)
    (shown,) = poll("refund_requested")
    assert shown["id"].startswith(f"transaction:{made['id']}:Requested:")
    assert shown["transaction_id"] == str(made["id"])
    assert shown["status"] == "Requested"
    assert shown["type"] == "RefundToPaymentMethod"
    assert (shown["amount"], shown["currency"]) == ("1119.6", "ZAR")
    assert shown["bank_account_details"] is None
    assert shown["returned_item_ids"] == made["returnItemIds"]
    assert poll("refund_requested") == [shown]
    (whole,) = poll("refund_requested", raw=True)
    assert whole["bank_account_details"]["iban"].startswith("DE00")


@pytest.mark.parametrize("status", ["Success", "Pending", "Failed"])
def test_a_refund_in_another_status_waits_for_nobody(
    control: Control, poll: Poll, status: str
) -> None:
    control("transactions", status=status)
    assert poll("refund_requested") == []


def test_only_refunds_of_the_wanted_type_are_shown(control: Control, poll: Poll) -> None:
    for word in ("RefundToPaymentMethod", "RefundToGiftCard"):
        control("transactions", type=word)
    gifts = poll("refund_requested", type="RefundToGiftCard")
    assert [shown["type"] for shown in gifts] == ["RefundToGiftCard"]
    assert len(poll("refund_requested", type="")) == 2


def test_a_type_is_meant_whatever_its_case_and_an_unknown_one_shows_nothing(
    control: Control, poll: Poll
) -> None:
    control("transactions")
    assert len(poll("refund_requested", type=" refundtopaymentmethod")) == 1
    assert poll("refund_requested", type="RefundInSeashells") == []


def test_a_refund_is_shown_with_the_rma_that_it_belongs_to(control: Control, poll: Poll) -> None:
    poll("refund_requested")
    rma = control("rmas", order_name="H12043", customer_email="thandi@example.com")
    control("transactions", rma_id=int(rma["rmaSummary"]["rmaId"]))
    (shown,) = poll("refund_requested")
    assert shown["rma_id"] == rma["rmaSummary"]["rmaId"]
    assert shown["rma_number"] == f"RMA{shown['rma_id']}"
    assert shown["order_name"] == "H12043"
    assert shown["customer_email"] == "thandi@example.com"
    assert len(poll("refund_requested", order_name="#H12043")) == 1
    assert poll("refund_requested", order_name="H1") == []


def test_only_what_somebody_wants_costs_the_look_at_its_rma(
    control: Control, poll: Poll, sandbox: SandboxApp
) -> None:
    poll("refund_requested")
    control("transactions", status="Success")
    sandbox.simulation.calls.clear()
    poll("refund_requested")
    assert not [call for call in sandbox.simulation.calls if call.path.startswith("/rma")]
    poll("new_transaction")
    control("transactions", status="Success")
    poll("new_transaction")
    poll("new_transaction")
    assert len([call for call in sandbox.simulation.calls if call.path.startswith("/rma/")]) == 1


@given(word=TYPES, status=STATUSES, reference=REFERENCES)
@example(word="InvoicePayment", status="Requested", reference=None)
@example(word="PaymentAuthorization", status="Requested", reference=None)
@example(word="RefundToPaymentMethod", status="Requested", reference=0)
def test_nothing_but_a_refund_without_a_reference_ever_comes_out(
    word: str | None, status: str | None, reference: Any
) -> None:
    body = transaction(type=word, status=status, externalReferenceId=reference)
    is_shown = shown_by("refund_requested", body) is not None
    has_no_reference = reference is None or not str(reference).strip()
    assert is_shown == (word is not None and word.startswith("Refund") and has_no_reference)


@pytest.mark.parametrize("word", TRANSACTION_TYPES)
def test_of_what_is_requested_only_refunds_are_shown(
    control: Control, poll: Poll, word: str
) -> None:
    control("transactions", type=word)
    assert len(poll("refund_requested")) == (word in REFUND_TYPES)
