"""What people look for first in an RMA, found or added up from what ReturnGO sends."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from schemas.reading import dig, read_amount, read_flag, rows
from schemas.refund import is_refund
from schemas.words import FAILED

CREATED = "RMA_CREATED"


def return_shipment(rma: Any) -> Mapping[str, Any] | None:
    """Find the parcel that comes back; ReturnGO keeps the customer's address with it."""
    shipments = rows(rma, "shipments")
    inbound = [shipment for shipment in shipments if not read_flag(shipment.get("isOutbound"))]
    return next(iter(inbound or shipments), None)


def of_shipment(path: str) -> Any:
    """Read `path` from the return shipment."""
    return lambda rma: dig(return_shipment(rma), path)


def total(amounts: Iterable[Any]) -> Decimal | None:
    """Add up money of one currency; None where there is none, or where currencies mix."""
    moneys = [money for money in amounts if dig(money, "amount") is not None]
    found = [read_amount(money["amount"]) for money in moneys]
    known = [amount for amount in found if amount is not None]
    if not known or len(known) < len(found):
        return None
    if len({str(money.get("currency")) for money in moneys}) > 1:
        return None
    return sum(known, Decimal())


def total_paid(rma: Any) -> Decimal | None:
    """Add up what was paid for the items, tax included."""
    return total(
        money
        for item in rows(rma, "items")
        for money in (
            item.get("paidPrice"),
            None if read_flag(item.get("taxIncluded")) else item.get("paidTax"),
        )
    )


def refund_total(rma: Any) -> Decimal | None:
    """Add up the refunds, whether done or still wanted."""
    return total(
        transaction.get("amount")
        for transaction in rows(rma, "transactions")
        if is_refund(transaction) and transaction.get("status") != FAILED
    )


def currency(rma: Any) -> str | None:
    """Return the currency of the items, if it is one."""
    named = (dig(item, "paidPrice.currency") for item in rows(rma, "items"))
    currencies = {str(name) for name in named if name is not None}
    return currencies.pop() if len(currencies) == 1 else None


def different(rma: Any, path: str) -> list[str] | None:
    """Return what stands at `path` of the items, each word once; None without a list of items."""
    if not _tells_items(rma):
        return None
    found = (dig(item, path) for item in rows(rma, "items"))
    return list(dict.fromkeys(str(word) for word in found if word is not None))


def rma_number(rma: Any) -> str | None:
    """Write the id as the dashboard does."""
    rma_id = dig(rma, "rmaSummary.rmaId")
    return None if rma_id is None else f"RMA{rma_id}"


def order_name(rma: Any) -> Any:
    """Return the order's name, as the shop gives it."""
    return dig(rma, "rmaSummary.order_name") or dig(rma, "orderDetails.order_name")


def created_at(rma: Any) -> Any:
    """Tell when the return was requested; a list's row tells it by its first event only."""
    told = dig(rma, "createdAt")
    if told is not None:
        return told
    events = rows(rma, "rmaSummary.events")
    created = (event.get("eventDate") for event in events if event.get("eventName") == CREATED)
    return next(created, None)


def item_count(rma: Any) -> int | None:
    """Count the items; None without a list of items, such as of a list's row."""
    return len(rows(rma, "items")) if _tells_items(rma) else None


def items_summary(rma: Any) -> str | None:
    """Tell the items in a line; None without a list of items."""
    if not _tells_items(rma):
        return None
    names = Counter(
        str(item.get("fullName") or item.get("productName") or item.get("sku") or "item")
        for item in rows(rma, "items")
    )
    return ", ".join(f"{count} × {name}" for name, count in names.items())


def _tells_items(rma: Any) -> bool:
    return isinstance(dig(rma, "items"), list)
