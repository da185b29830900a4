"""ReturnGO's own words. Where new ones may come, an output shows them as they are."""

RMA_STATUSES = ("Pending", "Approved", "Received", "Validated", "Done", "Rejected", "Canceled")

# Requested and Success were observed; [A] returngo-api.md, Transactions, for the others.
REQUESTED = "Requested"
TRANSACTION_STATUSES = (REQUESTED, "Pending", "Success", "Failed")

REFERENCE_TYPES = ("PlatformRefundId", "InvoicePaymentId")
