"""What filters mean: the time zone of their times, and whether several must all fit."""

from datetime import datetime, timedelta

from connector.doctor.evidence import Evidence, created_at, rma_id_of, written
from connector.doctor.told import Told, cannot_tell, false, true
from schemas.reading import rows

# Whatever time zone a filter's time is taken for, it lies between the two.
ANY_ZONE = timedelta(hours=15)
SECOND = timedelta(seconds=1)


def filters_are_utc(evidence: Evidence) -> Told:
    """Ask for an RMA by the second in which it was made."""
    return evidence.once("filters are utc", lambda: _filters_are_utc(evidence))


def _filters_are_utc(evidence: Evidence) -> Told:
    made = [(str(row.get("rmaId")), at) for row in evidence.newest_rmas if (at := created_at(row))]
    if not made:
        return cannot_tell("No RMA shows when it was made.")
    rma_id, at = made[len(made) // 2]
    found = _made_between(evidence, at, at + SECOND)
    if rma_id not in found:
        if rma_id in _made_between(evidence, at - ANY_ZONE, at + ANY_ZONE):
            return false(
                "An RMA is not found by the time at which it was made, but by one around it.",
                "Tell the maintainers: filters take another time zone than UTC.",
            )
        return cannot_tell("An RMA is not found by the time at which it was made.")
    others = {each for each, when in made if not at <= when <= at + SECOND}
    if found & others:
        return cannot_tell("A filter by time lists RMAs that do not fit it.")
    return true("An RMA is found by the very second, in UTC, at which it was made.")


def _made_between(evidence: Evidence, first: datetime, last: datetime) -> set[str]:
    found = evidence.ask(
        "/rmas",
        ("rma_created_at", f"gte:{written(first)}"),
        ("rma_created_at", f"lte:{written(last)}"),
    )
    return {str(row.get("rmaId")) for row in found}


def filters_combine(evidence: Evidence) -> Told:
    """Ask for a transaction with a second filter that fits, and with one that does not."""
    pairs = [
        (str(row["id"]), rma_id_of(details))
        for details in evidence.details
        for row in rows(details, "transactions")
        if row.get("id") is not None
    ]
    rma_ids = {rma_id_of(details) for details in evidence.details}
    if pairs and len(rma_ids) > 1:
        transaction_id, rma_id = pairs[0]
        fits, fails = ("rma_ids", rma_id), ("rma_ids", next(iter(rma_ids - {rma_id})))
    else:
        known = [row for row in evidence.transactions if row.get("id") and row.get("status")]
        if not known:
            return cannot_tell("There is no transaction to ask for.")
        transaction_id, status = str(known[0]["id"]), str(known[0]["status"])
        other = "Failed" if status != "Failed" else "Success"
        fits, fails = ("statuses", status), ("statuses", other)
    named = ("ids", transaction_id)
    if not evidence.ask("/transactions", named, fits):
        return cannot_tell("A transaction is not found by two filters that fit it.")
    if evidence.ask("/transactions", named, fails):
        return false(
            "A transaction is found although one of two filters does not fit it.",
            "Tell the maintainers: several filters need not all fit.",
        )
    return true("A transaction is found by two filters that fit, and not where one does not.")
