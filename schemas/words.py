"""ReturnGO's own words. Where new ones may come, an output shows them as they are."""

# How the time of an event is known: by ReturnGO's own event, or by a comment of the timeline.
DATED_BY_EVENT = "event"
DATED_BY_COMMENT = "comment"

RMA_STATUSES = ("Pending", "Approved", "Received", "Validated", "Done", "Rejected", "Canceled")
APPROVED = "Approved"
RECEIVED = "Received"
REJECTED = "Rejected"
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

# What a type of money that goes back to the customer begins with.
REFUND = "Refund"
INVOICE = "InvoicePayment"
# [A] transaction-types
REFUND_TYPES = ("RefundToPaymentMethod", "RefundToGiftCard", "RefundToStoreCredit")
TRANSACTION_TYPES = (*REFUND_TYPES, INVOICE, "PaymentAuthorization", "PaymentCapture")
REFERENCE_TYPES = ("PlatformRefundId", "InvoicePaymentId", "StoreCreditCode")
# What a customer gets; other exchanges have words that were not seen.
RESOLUTION_TYPES = (*REFUND_TYPES, "InstantVariantExchange")
RETURN_METHODS = ("Ship with any carrier", "No shipment required")
ERROR = "error"
COMMENT_TYPES = ("merchant", "system", ERROR)

# [A] transaction-statuses
REQUESTED = "Requested"
FAILED = "Failed"
# Requested is ReturnGO's own to set: whoever pays would put the refund back in the queue.
OUTCOMES = ("Success", FAILED, "Pending")
TRANSACTION_STATUSES = (REQUESTED, *OUTCOMES)
