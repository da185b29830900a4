from connector.returngo import ReturnGO
from tests.conftest import Control
from tests.triggers.conftest import Poll


def test_a_refund_that_failed_is_shown_once(
    control: Control, poll: Poll, returngo: ReturnGO
) -> None:
    refund = control("transactions", type="RefundToGiftCard")
    invoice = control("transactions", type="InvoicePayment")
    assert poll("refund_failed") == []
    for made in (refund, invoice):
        returngo.update_transaction(str(made["id"]), {"status": "Failed"})
    (shown,) = poll("refund_failed")
    assert shown["transaction_id"] == str(refund["id"])
    assert (shown["type"], shown["status"]) == ("RefundToGiftCard", "Failed")
    assert poll("refund_failed") == [shown]


def test_a_refund_in_another_status_has_not_failed(
    control: Control, poll: Poll, returngo: ReturnGO
) -> None:
    made = control("transactions")
    poll("refund_failed")
    returngo.update_transaction(str(made["id"]), {"status": "Success"})
    assert poll("refund_failed") == []


def test_a_type_is_a_filter(control: Control, poll: Poll) -> None:
    for word in ("RefundToPaymentMethod", "RefundToGiftCard"):
        control("transactions", type=word, status="Failed")
    assert [each["type"] for each in poll("refund_failed", type="refundtogiftcard")] == [
        "RefundToGiftCard"
    ]
