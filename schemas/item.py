"""What is sent back, line by line."""

from typing import Any

from schemas.fields import Amount, Boolean, DateTime, Group, Text
from schemas.reading import dig
from schemas.shapes import FromReturnGO


def _found(key: str) -> Any:
    """Read what was found; before anybody looked, ReturnGO says no to everything."""
    return lambda found: (
        dig(found, key) if dig(found, "lastValidationDate") else dig(found, key) or None
    )


class Validation(FromReturnGO):
    """What the warehouse found; without a time, nobody has looked yet."""

    is_returned = Boolean(
        "Is Returned", "Yes, if the item arrived.", example=True, source=_found("isReturned")
    )
    is_restockable = Boolean(
        "Is Restockable",
        "Yes, if the item can be sold again.",
        example=True,
        source=_found("isRestockable"),
    )
    non_restockable_reason = Text(
        "Non-Restockable Reason",
        "Why the item cannot be sold again.",
        example="Damaged",
    )
    non_returned_reason = Text(
        "Non-Returned Reason",
        "Why the item did not arrive.",
        example="Not in the parcel",
    )
    store_location_id = Text(
        "Store Location ID",
        "The store location that looked at the item.",
        example="warehouse-1",
    )
    validated_at = DateTime(
        "Validated At",
        "When somebody looked at the item.",
        example="2026-02-09T10:15:00Z",
        source="lastValidationDate",
    )
    validated_by = Text(
        "Validated By", "Who looked at the item.", example="Warehouse", source="lastValidatedBy"
    )


class Item(FromReturnGO):
    """One returned line of an order."""

    returned_item_id = Text(
        "Returned Item ID",
        "ReturnGO's id of the line in this RMA.",
        example="47006391",
    )
    line_item_id = Text(
        "Line Item ID",
        "The shop's id of the order line.",
        example="17444647338303",
        source="shopLineItemId",
    )
    product_id = Text(
        "Product ID", "The shop's id.", example="8110053097791", source="shopProductId"
    )
    variant_id = Text(
        "Variant ID",
        "The shop's id of the variant.",
        example="44130296791359",
    )
    name = Text("Name", "Product and variant.", example="Linen Shirt - Blue / M", source="fullName")
    product_name = Text("Product Name", "The product.", example="Linen Shirt")
    variant_name = Text("Variant Name", "The variant.", example="Blue / M")
    sku = Text("SKU", "Stock keeping unit.", example="LIN-BLU-M")
    barcode = Text("Barcode", "The code on the product.", example="6001234567890")
    image_url = Text(
        "Image URL",
        "A picture of the item.",
        example="https://shop.example.com/shirt.jpg",
        source="image",
    )
    paid_price = Amount(
        "Paid Price", "What was paid for this item.", example="199", source="paidPrice.amount"
    )
    paid_tax = Amount(
        "Paid Tax", "The tax paid for this item.", example="25.96", source="paidTax.amount"
    )
    currency = Text(
        "Currency", "The customer's currency.", example="ZAR", source="paidPrice.currency"
    )
    shop_paid_price = Amount(
        "Shop Paid Price",
        "What was paid, in the shop's currency.",
        example="199",
        source="paidPrice.shopAmount",
    )
    shop_currency = Text(
        "Shop Currency", "The shop's currency.", example="ZAR", source="paidPrice.shopCurrency"
    )
    tax_included = Boolean(
        "Tax Included",
        "Yes, if the paid price includes the tax.",
        example=True,
    )
    return_reason = Text(
        "Return Reason",
        "Why it comes back, from the shop's list.",
        example="Does not fit",
    )
    extended_reason = Text(
        "Extended Reason",
        "Why it comes back, in the customer's words.",
        example="Too tight at the shoulders",
    )
    resolution_type = Text(
        "Resolution Type",
        "What the customer gets, such as RefundToPaymentMethod.",
        example="RefundToPaymentMethod",
    )
    resolution_name = Text(
        "Resolution Name",
        "The same in the words that the customer sees.",
        example="Refund to payment method",
    )
    policy_rule_name = Text(
        "Policy Rule Name",
        "The policy rule that allowed the return.",
        example="30 days",
    )
    is_auto_approve = Boolean(
        "Approved Automatically",
        "Yes, if nobody had to approve the return of this item.",
        example=False,
    )
    restocking_fee = Amount("Restocking Fee", "The fee that the shop keeps.", example="0")
    return_fee = Amount("Return Fee", "The fee for returning this item.", example="0")
    shipment_fee = Amount("Shipment Fee", "The fee for the parcel.", example="0")
    return_method = Text(
        "Return Method",
        "How the item comes back.",
        example="Ship with any carrier",
        source="returnMethod.type",
    )
    return_method_name = Text(
        "Return Method Name",
        "The same in the words that the customer sees.",
        example="Courier return",
        source="returnMethod.name",
    )
    shipment_id = Text("Shipment ID", "The shipment that this item is in.", example="9754270")
    validation = Group(
        "Validation",
        "What the warehouse found.",
        Validation,
        source="itemValidationStatusResponse",
    )
