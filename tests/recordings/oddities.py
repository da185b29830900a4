"""What ReturnGO is known to do, or may do any day, and the sandbox does not: odd JSON.

The sandbox itself sends transactions' ids as numbers, flags as 0 and 1, keys that no reference
names, and leaves keys out. Recordings add:

- a shipment's id as a number, its flag as 0 or 1, and a status that no reference names;
- a transaction's status that no reference names;
- a key that no reference names, in each RMA;
- what the sandbox leaves empty: levels of service and fees, each another one, so that two fields
  that change places are seen.
"""

from decimal import Decimal
from typing import Any

NEW_STATUSES = {
    "shipment": {"Shipped": "HandedToNeighbour"},
    "transaction": {"Pending": "OnHold"},
}


def made_odd(answer: Any) -> Any:
    """Return the same, as odd as ReturnGO may be."""
    if isinstance(answer, list):
        return [made_odd(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    odd = {key: made_odd(value) for key, value in answer.items()}
    if "isOutbound" in odd:
        odd["status"] = NEW_STATUSES["shipment"].get(odd["status"], odd["status"])
        odd["shipmentId"] = int(odd["shipmentId"])
        odd["isOutbound"] = int(odd["isOutbound"])
        odd |= {"requestedServiceLevel": "Standard", "actualServiceLevel": "Express"}
    elif "externalReferenceId" in odd:
        odd["status"] = NEW_STATUSES["transaction"].get(odd["status"], odd["status"])
    elif "restockingFee" in odd:
        odd |= {"restockingFee": 5, "returnFee": Decimal("7.5"), "shipmentFee": Decimal("12.25")}
    elif "rmaSummary" in odd:
        odd |= {"cancellationFee": 3, "unheardOf": {"level": 1}}
    return odd
