"""The refunds that wait to be paid outside ReturnGO, the newest first."""

import re
from contextlib import suppress
from typing import Any

from connector.blocks import Choice
from connector.returngo import ReturnGO, ReturnGOError, rmas_of
from connector.returngo.client import LARGEST_PAGE
from connector.returngo.lookup import find_transactions
from schemas.highlights import rma_number
from schemas.option import label
from schemas.refund import waits_to_be_paid
from schemas.transaction import Transaction
from schemas.words import REQUESTED

MOST_REFUNDS = 50
# Naming the RMA of a refund helps whoever chooses, but is not worth the calls of a day.
MOST_CALLS_FOR_NAMES = 20
# ISO 4217: money without cents.
WHOLE_CURRENCIES = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"),
    *("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
)


def run(returngo: ReturnGO) -> list[tuple[str, str]]:
    """GET /transactions, once; then what is needed to name their RMAs, up to a limit."""
    # Requested are invoices, too, which the customer owes: they must not crowd the refunds out.
    requested = find_transactions(returngo, LARGEST_PAGE, statuses=[REQUESTED])
    whole = Transaction(only=("id", "amount", "currency", "type", "external_reference_id"))
    waiting = [
        (refund, shown)
        for refund, shown in zip(requested, whole.dump(requested, many=True), strict=True)
        if shown["id"] and waits_to_be_paid(shown)
    ][:MOST_REFUNDS]
    rmas: dict[str, dict[str, Any]] = {}
    with suppress(ReturnGOError):  # without their names, refunds can be chosen all the same
        rmas = rmas_of(returngo, [refund for refund, _ in waiting], most_calls=MOST_CALLS_FOR_NAMES)
    return [(each["id"], _label(each, rmas.get(each["id"]))) for _, each in waiting]


def _label(refund: dict[str, Any], rma: dict[str, Any] | None) -> str:
    return label(
        f"Refund {refund['id']}" if rma is None else rma_number(rma),
        _money(refund["amount"], refund["currency"]),
        _words(refund["type"]),
    )


def _money(amount: str | None, currency: str | None) -> str | None:
    if amount is None:
        return None
    whole, _, decimals = amount.partition(".")
    if decimals or currency not in WHOLE_CURRENCIES:
        amount = f"{whole}.{decimals:0<2}"
    return " ".join(filter(None, (amount, currency)))


def _words(kind: str | None) -> str | None:
    if kind is None:
        return None
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.removeprefix("RefundTo")).lower() or None


block = Choice(
    label="Requested Refunds",
    noun="Transaction",
    assumes=("refund-requested", "transaction-order", "filters-combine"),
    run=run,
)
