"""What *Requested* means of a refund."""

from datetime import timedelta
from typing import Any

from connector.doctor.evidence import Evidence
from connector.doctor.told import Told, cannot_tell, false, true
from schemas.reading import read_moment

# ReturnGO seems to look after its own refunds three hours after it has made them.
SETTLED_BY = timedelta(hours=4)
SAME_MOMENT = timedelta(minutes=1)


def refund_requested(evidence: Evidence) -> Told:
    """Look whether refunds in Requested stay so, and have no reference to a payment."""
    refunds = _refunds(evidence)
    others = len(evidence.requested) - len(refunds)
    seen = f"{len(refunds)} refunds and {others} others are in Requested"
    if not refunds:
        return cannot_tell(f"{seen}.")
    paid = sum(bool(each.get("externalReferenceId")) for each in refunds)
    if paid:
        return false(
            f"{seen}; {paid} refunds have an outside reference already.",
            "Do not pay by Refund Requested before you know what these are; tell the maintainers.",
        )
    made = [read_moment(each.get("createdAt")) for each in refunds]
    old = sum(each is not None and evidence.now - each > SETTLED_BY for each in made)
    if not old:
        return cannot_tell(f"{seen}, and none of the refunds for long enough to know why.")
    return true(f"{seen}; {old} of the refunds wait for more than 4 hours, without a reference.")


def made_requested(evidence: Evidence) -> Told:
    """Look whether refunds in Requested were updated since they were made."""
    refunds = _refunds(evidence)
    if not refunds:
        return cannot_tell("No refund is in Requested.")
    times = [
        (read_moment(each.get("createdAt")), read_moment(each.get("lastUpdated")))
        for each in refunds
    ]
    later = sum(made is None or last is None or last - made > SAME_MOMENT for made, last in times)
    if later:
        return cannot_tell(f"{later} of {len(refunds)} refunds in Requested were updated later.")
    return true(f"{len(refunds)} refunds in Requested are as they were made.")


def _refunds(evidence: Evidence) -> list[dict[str, Any]]:
    return [row for row in evidence.requested if str(row.get("type")).startswith("Refund")]
