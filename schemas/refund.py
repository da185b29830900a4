"""Which transactions are refunds, and which of these wait to be paid outside ReturnGO."""

from collections.abc import Mapping
from typing import Any

from schemas.words import REFUND


def is_refund(transaction: Mapping[str, Any]) -> bool:
    """Return whether money goes back to the customer, by the word of its type."""
    return str(transaction.get("type") or "").startswith(REFUND)


def waits_to_be_paid(shown: Mapping[str, Any]) -> bool:
    """Return whether a Requested transaction, as shown, is one that somebody is to pay outside."""
    # [A] refund-requested
    return is_refund(shown) and not (shown.get("external_reference_id") or "").strip()
