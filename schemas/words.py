"""ReturnGO's own words. Where new ones may come, an output shows them as they are."""

RMA_STATUSES = ("Pending", "Approved", "Received", "Validated", "Done", "Rejected", "Canceled")
OPEN_RMA_STATUSES = RMA_STATUSES[:4]

# Which status of a shipment may follow which, as ReturnGO documents it.
SHIPMENT_TRANSITIONS = {
    "Pending": ("LabelCreated", "Shipped", "Received", "Canceled", "Validated"),
    "LabelCreated": ("Shipped", "Received", "Canceled", "Validated"),
    "Shipped": ("Received", "Canceled", "Validated"),
    "Canceled": ("Received", "Validated"),
    "Received": ("Validated",),
    "Validated": (),
}
SHIPMENT_STATUSES = tuple(SHIPMENT_TRANSITIONS)

# [A] transaction-types
REFUND_TYPES = ("RefundToPaymentMethod", "RefundToGiftCard", "RefundToStoreCredit")
TRANSACTION_TYPES = (*REFUND_TYPES, "InvoicePayment", "PaymentAuthorization", "PaymentCapture")
# What a customer gets; exchanges have words that were not seen.
RESOLUTION_TYPES = REFUND_TYPES
RETURN_METHODS = ("Ship with any carrier",)

# [A] transaction-statuses
REQUESTED = "Requested"
FAILED = "Failed"
# Requested is ReturnGO's own to set: whoever pays would put the refund back in the queue.
OUTCOMES = ("Success", FAILED, "Pending")
TRANSACTION_STATUSES = (REQUESTED, *OUTCOMES)
