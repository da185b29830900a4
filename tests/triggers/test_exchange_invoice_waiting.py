import pytest

from connector.returngo import ReturnGO
from schemas.words import REFUND_TYPES
from tests.conftest import Control
from tests.triggers.conftest import Poll


def test_an_invoice_that_the_customer_owes_is_shown_once(control: Control, poll: Poll) -> None:
    poll("exchange_invoice_waiting")
    rma = control("rmas", order_name="H12043")
    made = control(
        "transactions", type="InvoicePayment", rma_id=int(rma["rmaSummary"]["rmaId"]), amount="10"
    )
    (shown,) = poll("exchange_invoice_waiting")
    assert shown["transaction_id"] == str(made["id"])
    assert (shown["type"], shown["status"]) == ("InvoicePayment", "Requested")
    assert (shown["amount"], shown["order_name"]) == ("10", "H12043")
    assert poll("exchange_invoice_waiting") == [shown]
    assert len(poll("exchange_invoice_waiting", order_name="#h12043")) == 1
    assert poll("exchange_invoice_waiting", order_name="H1") == []


@pytest.mark.parametrize("word", [*REFUND_TYPES, "PaymentAuthorization"])
def test_other_money_is_no_invoice(control: Control, poll: Poll, word: str) -> None:
    control("transactions", type=word)
    assert poll("exchange_invoice_waiting") == []


def test_an_invoice_that_was_paid_waits_for_nobody(
    control: Control, poll: Poll, returngo: ReturnGO
) -> None:
    poll("exchange_invoice_waiting")
    made = control("transactions", type="InvoicePayment", status="Pending")
    returngo.update_transaction(str(made["id"]), {"status": "Success"})
    assert poll("exchange_invoice_waiting") == []
