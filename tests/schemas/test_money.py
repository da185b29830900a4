from decimal import Decimal
from typing import Any

import pytest
import simplejson
from hypothesis import given
from hypothesis import strategies as st

from schemas.rma import Rma
from schemas.transaction import Transaction
from tests.schemas.documents import item, money, rma, transaction


def shown(amount: Any) -> Any:
    return Transaction().dump(transaction(amount=money(amount)))["amount"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("0.10", "0.10"),
        ("1119.60", "1119.60"),
        ("1200", "1200"),
        ("12.345", "12.345"),
        ("12345678901234567890", "12345678901234567890"),
        ("12345678901234567890.12", "12345678901234567890.12"),
        ("-5.00", "-5.00"),
        ("1e3", "1000"),
        ("0", "0"),
    ],
)
def test_money_keeps_every_digit_that_returngo_wrote(sent: str, expected: str) -> None:
    assert shown(simplejson.loads(sent, use_decimal=True)) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=10**20))
def test_money_shown_is_the_money_sent(amount: Decimal) -> None:
    assert Decimal(shown(amount)) == amount


@pytest.mark.parametrize(
    "sent", ["", "much", True, [], {}, "NaN", Decimal("Infinity"), Decimal("1e999999")]
)
def test_what_is_no_amount_is_shown_as_none(sent: Any) -> None:
    assert shown(sent) is None


def test_money_sent_as_text_is_read_as_well() -> None:
    assert shown("19.90") == "19.90"


def test_both_currencies_are_shown() -> None:
    both = money(Decimal("10.50"), "EUR", shopAmount=Decimal("210.00"), shopCurrency="ZAR")
    result = Transaction().dump(transaction(amount=both))
    assert (result["amount"], result["currency"]) == ("10.50", "EUR")
    assert (result["shop_amount"], result["shop_currency"]) == ("210.00", "ZAR")


def total_of(*items: dict[str, Any]) -> Any:
    return Rma().dump(rma(items=list(items)))["total_paid"]


def test_the_total_adds_exactly_what_binary_fractions_would_not() -> None:
    tenth, fifth = (item(paidPrice=money(Decimal(text))) for text in ("0.10", "0.20"))
    assert total_of(tenth, fifth) == "0.30"


def test_tax_that_the_price_holds_is_not_added() -> None:
    assert total_of(item(paidPrice=money(199), paidTax=money(25), taxIncluded=1)) == "199"


@pytest.mark.parametrize("word", [False, 0, "0", "false"])
def test_tax_that_the_price_does_not_hold_is_added(word: Any) -> None:
    plain = item(paidPrice=money(199), paidTax=money(Decimal("25.96")), taxIncluded=word)
    assert total_of(plain) == "224.96"


def test_a_total_of_several_currencies_is_none() -> None:
    mixed = rma(items=[item(), item(paidPrice=money(10, "EUR"))])
    assert Rma().dump(mixed)["total_paid"] is None
    assert Rma().dump(mixed)["currency"] is None


def test_a_total_with_an_unreadable_part_is_none_rather_than_too_small() -> None:
    assert total_of(item(), item(paidPrice=money("much"))) is None


def test_a_total_of_nothing_is_none() -> None:
    assert total_of() is None
    assert total_of({"fullName": "Gift"}) is None


def test_currencies_of_an_unknown_form_are_told_apart() -> None:
    odd = rma(items=[item(paidPrice=money(1, ["ZAR"]))])
    assert Rma().dump(odd)["currency"] == "['ZAR']"


def refund_total(*transactions: dict[str, Any]) -> Any:
    return Rma().dump(rma(transactions=list(transactions)))["refund_total"]


def test_the_refund_total_adds_refunds_done_and_wanted_and_nothing_else() -> None:
    assert (
        refund_total(
            transaction(amount=money(10), status="Success"),
            transaction(amount=money(5), type="RefundToGiftCard", status="Requested"),
            transaction(amount=money(1000), type="InvoicePayment", status="Success"),
        )
        == "15"
    )


def test_a_failed_refund_does_not_count_beside_its_second_try() -> None:
    failed, again = (transaction(amount=money(10), status=word) for word in ("Failed", "Requested"))
    assert refund_total(failed, again) == "10"


def test_without_a_refund_there_is_no_refund_total() -> None:
    assert refund_total(transaction(type="InvoicePayment"), transaction(type=None)) is None
