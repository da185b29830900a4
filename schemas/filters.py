"""What triggers can be narrowed to. A filter takes the words that are known, and others too."""

from schemas.fields import Boolean, CommaList, OrderName
from schemas.shapes import Input
from schemas.words import (
    REFUND_TYPES,
    RESOLUTION_TYPES,
    RETURN_METHODS,
    RMA_STATUSES,
    TRANSACTION_STATUSES,
    TRANSACTION_TYPES,
)


class ReturnFilters(Input):
    """Which returns, by what does not change."""

    order_name = OrderName(
        "Order Name", "Only of this order, with or without the #. Empty: all.", example="H12043"
    )
    resolution_type = CommaList(
        "Resolution Type",
        "Only where the customer gets this for at least one item. Empty: all.",
        example="RefundToPaymentMethod",
        suggestions=RESOLUTION_TYPES,
        looks_at="resolution_types",
    )
    return_method = CommaList(
        "Return Method",
        "Only where at least one item comes back this way. Empty: all.",
        example="Ship with any carrier",
        suggestions=RETURN_METHODS,
        looks_at="return_methods",
    )


class RmaFilters(ReturnFilters):
    """Which RMAs."""

    status = CommaList(
        "Status",
        "Only RMAs that had this status when they were read. Empty: all.",
        example="Approved",
        suggestions=RMA_STATUSES,
    )


class TransactionFilters(Input):
    """Which transactions."""

    type = CommaList(
        "Type",
        "Only transactions of this type. Empty: all.",
        example="RefundToPaymentMethod",
        suggestions=TRANSACTION_TYPES,
    )
    status = CommaList(
        "Status",
        "Only transactions in this status. Empty: all.",
        example="Success",
        suggestions=TRANSACTION_STATUSES,
    )
    processor = CommaList(
        "Processor",
        "Only transactions of this payment provider. Empty: all.",
        example="Shopify",
    )
    order_name = OrderName(
        "Order Name", "Only of this order, with or without the #. Empty: all.", example="H12043"
    )


class RefundFilters(Input):
    """Which refunds."""

    type = CommaList(
        "Type",
        "Only refunds of this type. Empty: all.",
        example="RefundToPaymentMethod",
        suggestions=REFUND_TYPES,
    )
    order_name = OrderName(
        "Order Name", "Only of this order, with or without the #. Empty: all.", example="H12043"
    )


class ShipmentFilters(ReturnFilters):
    """Which shipments."""

    is_outbound = Boolean(
        "Is Outbound",
        "No: only parcels that come back. Yes: only those that go to the customer, such as"
        " exchanges. Empty: both.",
        example=False,
    )
    carrier_name = CommaList(
        "Carrier", "Only parcels of this carrier. Empty: all.", example="Sample Couriers"
    )
