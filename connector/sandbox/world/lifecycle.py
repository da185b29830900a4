"""The words for statuses, types and events, and which status may follow which."""

OPEN_RMA_STATUSES = ("Pending", "Approved", "Received", "Validated")
RMA_STATUSES = (*OPEN_RMA_STATUSES, "Done", "Rejected", "Canceled")

# [A] Strict: whatever the documented line of life does not show is refused, the same status too.
RMA_TRANSITIONS: dict[str, tuple[str, ...]] = {
    "Pending": ("Approved", "Rejected", "Canceled"),
    "Approved": ("Received", "Canceled"),
    "Received": ("Validated", "Canceled"),
    "Validated": ("Done", "Canceled"),
    "Done": (),
    "Rejected": (),
    "Canceled": (),
}

SHIPMENT_TRANSITIONS: dict[str, tuple[str, ...]] = {
    "Pending": ("LabelCreated", "Shipped", "Received", "Canceled", "Validated"),
    "LabelCreated": ("Shipped", "Received", "Canceled", "Validated"),
    "Shipped": ("Received", "Canceled", "Validated"),
    "Canceled": ("Received", "Validated"),
    "Received": ("Validated",),
    "Validated": (),
}

NEXT_SHIPMENT_STATUS = {
    "Pending": "LabelCreated",
    "LabelCreated": "Shipped",
    "Shipped": "Received",
    "Received": "Validated",
}
"""How a parcel travels when nothing goes wrong."""

REFUND_TYPES = ("RefundToPaymentMethod", "RefundToGiftCard", "RefundToStoreCredit")
# [A] Only the refunds to payment method and store credit, and InvoicePayment, were seen.
TRANSACTION_TYPES = (*REFUND_TYPES, "InvoicePayment", "PaymentAuthorization", "PaymentCapture")
# [A] Pending was not seen; a word beyond these is refused.
TRANSACTION_STATUSES = ("Requested", "Success", "Pending", "Failed")

# [A] The gift card's word and the last one were not seen.
RESOLUTION_TYPES = (*REFUND_TYPES, "InstantVariantExchange", "ExchangeAnyItem")

WEBHOOK_EVENTS = (
    "RMA_CREATED",
    "RMA_STATUS_UPDATED",
    "SHIPMENT_CREATED",
    "SHIPMENT_STATUS_UPDATED",
    "SHIPMENT_TRACKER_STATUS_UPDATED",
    "TRANSACTION_CREATED",
    "REFUND_CREATED",
)


def rma_event(status: str) -> str:
    """Return the name of the event that reaching a status leaves behind."""
    # [A] RMA_CREATED and RMA_APPROVED were seen; the others follow their pattern.
    return "RMA_CREATED" if status == "Pending" else f"RMA_{status.upper()}"


def path_to(status: str) -> tuple[str, ...]:
    """Return the statuses that a return passed through to reach this one, Pending first."""
    if status in ("Rejected", "Canceled"):
        return ("Pending", status)
    return RMA_STATUSES[: RMA_STATUSES.index(status) + 1]


def next_rma_status(status: str) -> str | None:
    """Return what follows when nothing goes wrong; None where the line of life ends."""
    return RMA_TRANSITIONS[status][0] if RMA_TRANSITIONS[status] else None
