"""Words: whether those that ReturnGO uses are the ones that the bridge knows."""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from connector.doctor.evidence import Evidence
from connector.doctor.told import Told, cannot_tell, false, true
from connector.doctor.wording import counted, listed
from schemas.highlights import CREATED
from schemas.reading import dig, rows
from schemas.words import (
    RESOLUTION_TYPES,
    RMA_STATUSES,
    SHIPMENT_STATUSES,
    TRANSACTION_STATUSES,
    TRANSACTION_TYPES,
)

COMMENT_TYPES = ("merchant", "system", "error")
Ask = Callable[[Evidence], Told]


def rma_statuses(evidence: Evidence) -> Told:
    """Compare the statuses of RMAs."""
    _ = evidence.newest_rmas
    return _known(evidence.shapes.words("rmas[].status", "rmaSummary.status"), RMA_STATUSES)


def shipment_statuses(evidence: Evidence) -> Told:
    """Compare the statuses of shipments."""
    return _in_details(evidence, "shipments[].status", SHIPMENT_STATUSES)


def resolution_types(evidence: Evidence) -> Told:
    """Compare the types of resolutions."""
    return _in_details(evidence, "items[].resolutionType", RESOLUTION_TYPES)


def comment_types(evidence: Evidence) -> Told:
    """Compare the types of comments."""
    return _in_details(evidence, "comments[].commentType", COMMENT_TYPES)


def transaction_types(evidence: Evidence) -> Told:
    """Compare the types of transactions, and ask for those that the newest do not show."""
    return _asked_for(evidence, "types", "transactions[].type", TRANSACTION_TYPES)


def transaction_statuses(evidence: Evidence) -> Told:
    """Compare the statuses of transactions, and ask for those that the newest do not show."""
    return _asked_for(evidence, "statuses", "transactions[].status", TRANSACTION_STATUSES)


def rma_event_names(evidence: Evidence) -> Told:
    """Compare the names of events with the statuses to which they led."""
    patterns = {CREATED, *(f"RMA_{status.upper()}" for status in RMA_STATUSES)}
    names: Counter[str] = Counter()
    without: Counter[str] = Counter()
    for row in evidence.newest_rmas:
        told = {str(event.get("eventName")) for event in rows(row, "events")}
        names.update(told)
        status = str(row.get("status"))
        if status in RMA_STATUSES[1:] and f"RMA_{status.upper()}" not in told:
            without[status] += 1
    if unknown := set(names) - patterns:
        return false(
            f"There are events of other names: {listed(unknown)}.", f"{_TELL}{listed(unknown)}."
        )
    if without:
        return false(
            f"RMAs without an event of their status: {counted(without)}. Events: {counted(names)}.",
            "Nothing to set: the bridge finds such changes by comparing statuses.",
        )
    beyond = set(names) - {CREATED, "RMA_APPROVED"}
    if not beyond:
        return cannot_tell(f"Events seen: {counted(names)}.")
    return true(f"Each RMA has an event of its status. Events: {counted(names)}.")


def timeline_words(evidence: Evidence) -> Told:
    """Look for the comment that says, in capitals, that an RMA came into its status."""
    dated: Counter[str] = Counter()
    undated: Counter[str] = Counter()
    for details in evidence.details:
        status = str(dig(details, "rmaSummary.status"))
        if status not in RMA_STATUSES[1:]:
            continue
        words = " ".join(str(each.get("htmlText")) for each in rows(details, "comments"))
        (dated if re.search(rf"\b{status.upper()}\b", words) else undated)[status] += 1
    if undated:
        return false(
            f"RMAs without a comment that names their status: {counted(undated)}.",
            "Nothing to set: such changes are told without a time.",
        )
    if not dated:
        return cannot_tell(f"Of {len(evidence.details)} RMAs that were read all are Pending.")
    return true(f"Each RMA has a comment that names its status: {counted(dated)}.")


_TELL = "Tell the maintainers of the new words: "


def _in_details(evidence: Evidence, path: str, known: Iterable[str]) -> Told:
    _ = evidence.details
    return _known(evidence.shapes.words(path), known)


def _known(seen: Counter[str], known: Iterable[str]) -> Told:
    if not seen:
        return cannot_tell("None was seen.")
    if unknown := set(seen) - set(known):
        return false(f"Seen: {counted(seen)}.", f"{_TELL}{listed(unknown)}.")
    return true(f"Only known words were seen: {counted(seen)}.")


def _asked_for(evidence: Evidence, query: str, path: str, known: Iterable[str]) -> Told:
    _ = evidence.transactions
    unseen = [word for word in known if not evidence.shapes.words(path)[word]]
    if unseen:
        evidence.ask("/transactions", (query, ",".join(unseen)))
    seen = evidence.shapes.words(path)
    told = _known(seen, known)
    if missing := [word for word in unseen if not seen[word]]:
        if told.to_do is not None:
            return told
        return cannot_tell(f"Seen: {counted(seen)}. There is none of {listed(missing)}.")
    return told
