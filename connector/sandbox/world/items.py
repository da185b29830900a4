"""The items of a return as ReturnGO shows them, with the oddities that its answers have."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from connector.sandbox.exact_json import Json
from connector.sandbox.world import samples
from connector.sandbox.world.models import Line, Order
from connector.sandbox.world.money import money, rounded

VAT = Decimal("0.15")


@dataclass(frozen=True)
class Terms:
    """On what terms items are returned."""

    resolution: str
    method: tuple[str, str]
    policy: str
    reason: str | None


def item(order: Order, line: Line, item_id: int, terms: Terms) -> Json:
    """Show an order's line as an item of a return."""
    shop_currency = samples.SHOP_CURRENCY[order.shop]
    tax = rounded(line.price * VAT / (1 + VAT), order.currency)
    shown: Json = {
        "shopLineItemId": str(line.id),
        "shopProductId": str(line.product_id),
        "variantId": str(line.variant_id),
        "returnedItemId": str(item_id),
        "fullName": f"{line.product} - {line.variant}",
        "productName": line.product,
        "variantName": line.variant,
        "image": f"https://images.example.com/{line.sku}.png",
        "sku": line.sku,
        "barcode": line.barcode,
        "paidPrice": money(line.price, order.currency, shop_currency),
        "paidTax": money(tax, order.currency, shop_currency),
        "taxIncluded": True,
        "returnReason": terms.reason,
        "resolutionName": samples.RESOLUTION_NAMES[terms.resolution],
        "policyRuleName": terms.policy,
        "isAutoApprove": item_id % 2,
        "resolutionType": terms.resolution,
        "restockingFee": 0,
        "returnFee": 0,
        "shipmentFee": 0,
        "shipmentId": None,
        "extendedReason": "Größe fällt klein aus" if item_id % 5 == 0 else "",
        "returnMethod": {"type": terms.method[0], "name": terms.method[1]},
        "itemValidationStatusResponse": _not_validated(item_id),
        "exchangeItems": [],
        "followUpQuestions": _follow_ups(item_id),
    }
    for key, remainder in (("variantName", 3), ("barcode", 4)):
        if item_id % remainder == 0:
            shown[key] = None
        elif item_id % remainder == 1:
            del shown[key]
    return shown


def is_exchange(terms: Terms) -> bool:
    """Return whether an item is returned for another one."""
    return "Exchange" in terms.resolution


def exchange_order(draft_id: int) -> Json:
    """Show the order of an exchange while it is a draft that was not released."""
    return {
        "draftOrderId": str(draft_id),
        "orderId": "",
        "orderName": "",
        "type": "Fee" if draft_id % 2 else "Exchange",
    }


def exchange_item(order: Order, line: Line) -> Json:
    """Show what a line is exchanged for."""
    price = money(line.price, order.currency, samples.SHOP_CURRENCY[order.shop])
    return {
        "productId": str(line.product_id),
        "variantId": str(line.variant_id + 1),
        "quantity": 1,
        "sku": f"{line.sku}-B",
        "itemPriceMethod": "PaidPrice",
        "freeExchangePriceRange": {"min": 0, "max": 0},
        "catalogPrice": price,
        "effectivePrice": price,
    }


def validate(
    item: Json,
    at: datetime,
    *,
    is_returned: bool = True,
    is_restockable: bool = True,
    reason: str | None = None,
    location: str = "online",
) -> None:
    """Note what the warehouse found when it looked at an item."""
    item["itemValidationStatusResponse"] |= {
        "isReturned": is_returned,
        "isRestockable": is_returned and is_restockable,
        "nonRestockableReason": reason if is_returned and not is_restockable else None,
        "nonReturnedReason": None if is_returned else reason,
        "storeLocationId": location,
        "lastValidationDate": at.isoformat(timespec="seconds"),
        "lastValidatedBy": "Ada Exemplar",
    }


def _not_validated(item_id: int) -> Json:
    return {
        "returnedItemId": str(item_id),
        "isRestockable": False,
        "isReturned": False,
        "nonRestockableReason": None,
        "nonReturnedReason": None,
        "storeLocationId": None,
        "lastValidationDate": None,
        "lastValidatedBy": None,
        "thirdPartyName": None,
        "userDetails": None,
    }


def _follow_ups(item_id: int) -> list[Json]:
    if item_id % 3 == 0:
        return []
    answer = {} if item_id % 3 == 1 else {"textAnswer": "Too small – please see the photo"}
    return [{"type": "Text", "name": "Why?", "answer": answer}]
