"""Amounts of money: exact, and with as many decimals as their currency has."""

from decimal import Decimal, localcontext

from connector.sandbox.exact_json import Json
from connector.sandbox.world.samples import DECIMALS, IN_RAND

PRECISION = 60
"""Digits to calculate with: an amount of twenty must come through."""


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round an amount to its currency's decimals."""
    with localcontext(prec=PRECISION):
        return amount.quantize(Decimal(1).scaleb(-DECIMALS.get(currency, 2)))


def converted(amount: Decimal, source: str, target: str) -> Decimal:
    """Convert an amount at the sandbox's fixed rates."""
    if source == target:
        return amount
    with localcontext(prec=PRECISION):
        rate = IN_RAND.get(source, Decimal(1)) / IN_RAND.get(target, Decimal(1))
        return rounded(amount * rate, target)


def money(amount: Decimal, currency: str, shop_currency: str) -> Json:
    """Show an amount in the customer's and in the shop's currency, as ReturnGO does."""
    return {
        "amount": _plain(amount),
        "currency": currency,
        "shopAmount": _plain(converted(amount, currency, shop_currency)),
        "shopCurrency": shop_currency,
    }


def _plain(amount: Decimal) -> Decimal:
    """Return the same amount as ReturnGO writes it: 1119.60 as `1119.6`, 1E+2 as `100`."""
    text = format(amount, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
