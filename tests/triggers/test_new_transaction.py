import pytest

from tests.conftest import Control
from tests.triggers.conftest import Poll


def test_a_new_transaction_is_shown_once(control: Control, poll: Poll) -> None:
    made = control("transactions", type="InvoicePayment", status="Success", amount="1119.6")
    (shown,) = poll("new_transaction")
    assert shown["id"] == f"transaction:{made['id']}:created"
    assert shown["transaction_id"] == str(made["id"])
    assert (shown["type"], shown["status"], shown["amount"]) == (
        "InvoicePayment",
        "Success",
        "1119.6",
    )
    assert shown["occurred_at"] == shown["created_at"]
    assert poll("new_transaction") == [shown]


def test_a_transaction_that_changes_is_not_new_again(control: Control, poll: Poll) -> None:
    control("transactions")
    before = poll("new_transaction")
    control("transactions", status="Success", rma_id=int(control("rmas")["rmaSummary"]["rmaId"]))
    newest, *rest = poll("new_transaction")
    assert newest["status"] == "Success"
    assert rest == before


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 2),
        ({"type": "invoicepayment"}, 1),
        ({"status": "requested"}, 1),
        ({"processor": "paypal"}, 1),
        ({"type": "InvoicePayment", "status": "Requested"}, 0),
        ({"processor": "Seashells"}, 0),
    ],
)
def test_filters_choose_among_the_transactions(
    control: Control, poll: Poll, filters: dict[str, str], count: int
) -> None:
    control("transactions", type="InvoicePayment", status="Success", processor="PayPal")
    control("transactions", type="RefundToGiftCard", processor="Shopify")
    assert len(poll("new_transaction", **filters)) == count
