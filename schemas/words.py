"""ReturnGO's own words. Where new ones may come, an output shows them as they are."""

RMA_STATUSES = ("Pending", "Approved", "Received", "Validated", "Done", "Rejected", "Canceled")

# [A] transaction-statuses
REQUESTED = "Requested"
FAILED = "Failed"
# Requested is ReturnGO's own to set: whoever pays would put the refund back in the queue.
OUTCOMES = ("Success", FAILED, "Pending")
