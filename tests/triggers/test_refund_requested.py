import pytest

from tests.conftest import Control
from tests.triggers.conftest import Poll


def test_a_requested_refund_is_shown_once(control: Control, poll: Poll) -> None:
    made = control("transactions", amount="1119.6", currency="ZAR", bank_account=True)
    (shown,) = poll("refund_requested")
    assert shown["id"].startswith(f"transaction:{made['id']}:Requested:")
    assert shown["transaction_id"] == str(made["id"])
    assert shown["status"] == "Requested"
    assert shown["type"] == "RefundToPaymentMethod"
    assert (shown["amount"], shown["currency"]) == ("1119.6", "ZAR")
    assert shown["bank_account_details"]["iban"].startswith("DE00")
    assert shown["returned_item_ids"] == made["returnItemIds"]
    assert poll("refund_requested") == [shown]


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
