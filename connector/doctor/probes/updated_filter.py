"""Whether `rma_updated_at` catches what leaves `lastUpdated` as it is, such as *Received*.

An RMA that became Received long after its `lastUpdated` is asked for by a time between the two: a
filter that looks at `lastUpdated` does not list it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.doctor.evidence import (
    Document,
    Evidence,
    rma_id_of,
    written,
)
from connector.doctor.probes.filters import ANY_ZONE, filters_are_utc
from connector.doctor.told import Told, cannot_tell, false, true
from connector.findings import Verdict
from schemas.reading import dig, read_moment, rows

RECEIVED = re.compile(r"\bRECEIVED\b")  # the timeline's bold word
LEAST_GAP = timedelta(minutes=2)
MOST_ASKED = 3
LEAST_AGREEING = 2
FAR_AHEAD = timedelta(days=2)


@dataclass(frozen=True)
class Quiet:
    """An RMA that became Received at `received_at` while its `lastUpdated` stood still."""

    rma_id: str
    made_at: datetime
    updated_at: datetime
    received_at: datetime

    @property
    def gap(self) -> timedelta:
        """How long after `lastUpdated` it became Received."""
        return self.received_at - self.updated_at


def updated_filter_sees_all(evidence: Evidence) -> Told:
    """Ask for RMAs that became Received quietly by a time since which only that has happened."""
    quiet = sorted(_quiet(evidence), key=lambda each: each.gap, reverse=True)
    least = LEAST_GAP
    if filters_are_utc(evidence).verdict is not Verdict.TRUE:
        least = 2 * ANY_ZONE
    chosen = [each for each in quiet if each.gap >= least][:MOST_ASKED]
    if not chosen:
        return cannot_tell(
            f"Of {len(evidence.details)} RMAs that were read none became Received long enough"
            " after its lastUpdated."
        )
    if not _is_understood(evidence, chosen[0]):
        return cannot_tell("A question whose answer is known was answered otherwise.")
    listed = sum(_is_listed(evidence, each, each.updated_at + each.gap / 2) for each in chosen)
    seen = f"{listed} of {len(chosen)} RMAs that became Received after their lastUpdated are listed"
    if listed < len(chosen):
        return false(
            f"{seen}: the filter looks at lastUpdated.",
            "Nothing to set: the bridge compares the list of what is open beside it.",
        )
    if listed < LEAST_AGREEING:
        return cannot_tell(f"{seen}, which is too few to rely on.")
    return true(
        f"{seen}: the filter sees what lastUpdated does not.",
        "Nothing to set: the bridge makes use of it.",
    )


def _quiet(evidence: Evidence) -> Iterator[Quiet]:
    for details in evidence.details:
        made_at = read_moment(details.get("createdAt"))
        updated_at = read_moment(details.get("lastUpdated"))
        received_at = _received_at(details, updated_at)
        if made_at is not None and updated_at is not None and received_at is not None:
            yield Quiet(rma_id_of(details), made_at, updated_at, received_at)


def _received_at(details: Document, updated_at: datetime | None) -> datetime | None:
    """Return when the timeline first says, after `lastUpdated`, that it was received."""
    if updated_at is None or dig(details, "rmaSummary.status") != "Received":
        return None
    moments = [
        read_moment(each.get("datetime"))
        for each in rows(details, "comments")
        if each.get("commentType") == "system" and RECEIVED.search(str(each.get("htmlText")))
    ]
    return min((each for each in moments if each is not None and each > updated_at), default=None)


def _is_understood(evidence: Evidence, quiet: Quiet) -> bool:
    """Whether the RMA is listed as updated where it must be, and is not where it must not be."""
    return _is_listed(evidence, quiet, quiet.updated_at - ANY_ZONE) and not _is_listed(
        evidence, quiet, evidence.now + FAR_AHEAD
    )


def _is_listed(evidence: Evidence, quiet: Quiet, since: datetime) -> bool:
    """Whether an RMA is listed as updated since then, among those made about when it was."""
    found = evidence.ask(
        "/rmas",
        ("rma_updated_at", f"gte:{written(since)}"),
        ("rma_created_at", f"gte:{written(quiet.made_at - ANY_ZONE)}"),
        ("rma_created_at", f"lte:{written(quiet.made_at + ANY_ZONE)}"),
        ("status", "Received"),
    )
    return any(str(row.get("rmaId")) == quiet.rma_id for row in found)
