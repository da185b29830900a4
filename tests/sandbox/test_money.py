from decimal import Decimal

import pytest

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
