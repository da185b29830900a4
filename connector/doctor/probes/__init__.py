"""Probes: how ReturnGO is asked, by reads only, whether what is assumed of it holds."""

from connector.doctor.evidence import Evidence
from connector.doctor.probes.filters import filters_are_utc, filters_combine
from connector.doctor.probes.gateway import (
    date_header,
    gateway_words,
    no_rate_headers,
    no_retry_after,
)
from connector.doctor.probes.order import rma_order, transaction_order
from connector.doctor.probes.pages import last_page
from connector.doctor.probes.refunds import made_requested, refund_requested
from connector.doctor.probes.things import (
    ids_shared,
    rows_have_events,
    shipments_made,
    transaction_ids_are_numbers,
)
from connector.doctor.probes.unasked import UNASKED
from connector.doctor.probes.updated_filter import updated_filter_sees_all
from connector.doctor.probes.words import (
    comment_types,
    resolution_types,
    rma_event_names,
    rma_statuses,
    shipment_statuses,
    timeline_words,
    transaction_statuses,
    transaction_types,
)
from connector.doctor.told import Probe, Told, cannot_tell
from connector.doctor.wording import reason
from connector.findings import UPDATED_FILTER_SEES_ALL
from connector.returngo import ReturnGOError
from connector.store import StoreUnavailable

__all__ = ["PROBES", "UNASKED", "ask"]

# In the order in which they get calls: the one of which the bridge makes use comes first.
PROBES = (
    Probe(UPDATED_FILTER_SEES_ALL, updated_filter_sees_all),
    Probe("filters-are-utc", filters_are_utc),
    Probe("filters-combine", filters_combine),
    Probe("refund-requested", refund_requested),
    Probe("made-requested", made_requested),
    Probe("transaction-order", transaction_order),
    Probe("transaction-types", transaction_types),
    Probe("transaction-statuses", transaction_statuses),
    Probe("transaction-ids-are-numbers", transaction_ids_are_numbers),
    Probe("ids-shared", ids_shared),
    Probe("rma-order", rma_order),
    Probe("rma-event-names", rma_event_names),
    Probe("rma-rows-have-events", rows_have_events),
    Probe("rma-statuses", rma_statuses),
    Probe("shipment-statuses", shipment_statuses),
    Probe("shipments-made", shipments_made),
    Probe("resolution-types", resolution_types),
    Probe("comment-types", comment_types),
    Probe("timeline-words", timeline_words),
    Probe("gateway-words", gateway_words),
    Probe("date-header", date_header),
    Probe("last-page", last_page),
    Probe("no-retry-after", no_retry_after),
    Probe("no-rate-headers", no_rate_headers),
)


def ask(probe: Probe, evidence: Evidence) -> Told:
    """Ask whether an assumption holds; where that fails, it cannot be told."""
    try:
        return probe.ask(evidence)
    except (ReturnGOError, StoreUnavailable) as error:
        return cannot_tell(reason(error))
