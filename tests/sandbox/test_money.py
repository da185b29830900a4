from decimal import Decimal

import pytest

from connector.sandbox.exact_json import dumps
from connector.sandbox.world.money import converted, money, rounded


@pytest.mark.parametrize(
    ("currency", "shown"), [("ZAR", "12.35"), ("EUR", "12.35"), ("JPY", "12"), ("KWD", "12.346")]
)
def test_an_amount_has_its_currencys_decimals(currency: str, shown: str) -> None:
    assert str(rounded(Decimal("12.3456"), currency)) == shown


def test_conversion_goes_through_fixed_rates() -> None:
    assert converted(Decimal(100), "EUR", "ZAR") == 2000
    assert converted(Decimal(100), "ZAR", "JPY") == 833


def test_the_same_currency_is_left_alone_to_the_last_digit() -> None:
    amount = Decimal("12345678901234567890.123")
    shown = money(amount, "ZAR", "ZAR")
    assert shown == {
        "amount": amount,
        "currency": "ZAR",
        "shopAmount": amount,
        "shopCurrency": "ZAR",
    }


def test_twenty_digits_survive_a_conversion() -> None:
    assert converted(Decimal("12345678901234567890.12"), "EUR", "ZAR") == Decimal(
        "246913578024691357802.40"
    )


def test_the_largest_amount_survives_a_conversion() -> None:
    amount = Decimal("1" * 30 + ".11")
    assert converted(amount, "EUR", "ZAR") == Decimal("2" * 31 + ".2")


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("199", "199"),
        ("199.00", "199"),
        ("1119.60", "1119.6"),
        ("0.10", "0.1"),
        ("0", "0"),
        ("0.00", "0"),
        ("1E+2", "100"),
        ("100", "100"),
        ("12.345", "12.345"),
        ("12345678901234567890.12", "12345678901234567890.12"),
    ],
)
def test_money_is_a_number_without_trailing_zeros(amount: str, written: str) -> None:
    shown = money(Decimal(amount), "KWD", "KWD")
    assert dumps([shown["amount"], shown["shopAmount"]]) == f"[{written}, {written}]"


def test_what_was_converted_has_no_trailing_zeros() -> None:
    assert dumps(money(Decimal("1.08"), "EUR", "ZAR")["shopAmount"]) == "21.6"
