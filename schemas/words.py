"""ReturnGO's own words. Where new ones may come, an output shows them as they are."""

RMA_STATUSES = ("Pending", "Approved", "Received", "Validated", "Done", "Rejected", "Canceled")

# [A] transaction-statuses
REQUESTED = "Requested"
FAILED = "Failed"
TRANSACTION_STATUSES = (REQUESTED, "Pending", "Success", FAILED)
