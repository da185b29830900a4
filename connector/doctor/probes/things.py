"""What rows and details hold: events, ids, parcels."""

from connector.doctor.evidence import Document, Evidence
from connector.doctor.told import Told, cannot_tell, false, true
from schemas.reading import dig, read_whole, rows

SENT = "Ship with any carrier"  # other ways of returning may need no parcel


def rows_have_events(evidence: Evidence) -> Told:
    """Look whether each row of `GET /rmas` has events."""
    found = evidence.newest_rmas
    if not found:
        return cannot_tell("There is no RMA.")
    with_events = sum(bool(rows(row, "events")) for row in found)
    if with_events == len(found):
        return true(f"Each of {len(found)} rows has events.")
    return false(
        f"{len(found) - with_events} of {len(found)} rows have no events.",
        "Tell the maintainers: lists do not tell when RMAs were made.",
    )


def transaction_ids_are_numbers(evidence: Evidence) -> Told:
    """Look whether the ids of transactions are whole numbers, as a number or as text."""
    found = evidence.transactions
    if not found:
        return cannot_tell("There is no transaction.")
    odd = sum(read_whole(row.get("id")) is None for row in found)
    if odd:
        return false(
            f"{odd} of {len(found)} ids are no whole numbers.",
            "Tell the maintainers: transactions made at the same time cannot be put in order.",
        )
    as_text = sum(isinstance(row.get("id"), str) for row in found)
    return true(f"{len(found)} ids are whole numbers, {as_text} of them written as text.")


def ids_shared(evidence: Evidence) -> Told:
    """Compare the ids of transactions in two shops: none may stand for two."""
    others = [shop for shop in evidence.connection.shops if shop != evidence.shop]
    if not others:
        return cannot_tell("It takes two shops to see.")
    ours = {str(row.get("id")) for row in evidence.transactions}
    theirs = {
        str(row.get("id"))
        for row in evidence.ask("/transactions", ("sort_by", "-created_at"), shop=others[0])
    }
    if both := ours & theirs:
        return false(
            f"{len(both)} ids of transactions stand for one in each of two shops.",
            "Use one workflow for each shop, and tell the maintainers.",
        )
    numbers = [sorted(filter(None, map(read_whole, ids))) for ids in (ours, theirs)]
    if all(numbers) and numbers[0][0] < numbers[1][-1] and numbers[1][0] < numbers[0][-1]:
        return true(
            f"{len(ours)} and {len(theirs)} ids of two shops lie among each other, none twice."
        )
    return cannot_tell("The ids of two shops do not lie among each other.")


def shipments_made(evidence: Evidence) -> Told:
    """Look for an RMA that was approved and has no parcel, though it needs one."""
    approved = [
        details
        for details in evidence.details
        if dig(details, "rmaSummary.status") in ("Approved", "Received", "Validated")
    ]
    if not approved:
        return cannot_tell("No RMA that was approved was read.")
    without = sum(not rows(each, "shipments") and _needs_parcel(each) for each in approved)
    if without:
        return false(
            f"{without} of {len(approved)} approved RMAs that were read have no parcel yet.",
            "Tell the maintainers: a parcel may be made after the approval.",
        )
    return true(f"Each of {len(approved)} approved RMAs that were read has its parcel.")


def _needs_parcel(details: Document) -> bool:
    methods = [each.get("returnMethod") for each in rows(details, "items")]
    return any(isinstance(each, dict) and each.get("type") == SENT for each in methods)
