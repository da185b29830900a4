from collections import Counter
from datetime import timedelta
from itertools import groupby

from tests.simulation.calls import Purpose
from tests.simulation.day import FIRST_DAY, Scenario
from tests.simulation.measures import Measures
from tests.simulation.merchants import Change, Sort
from tests.simulation.tables import Outcome, tables

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_the_tables_tell_of_the_day_and_nothing_else():
    noon, next_day = FIRST_DAY + 12 * HOUR, FIRST_DAY + 25 * HOUR
    made = [
        Change(("new_rma", "1", ""), noon),
        Change(("refund_requested", "2", "Requested"), noon),
        Change(("x", "3", ""), noon),
        Change(("new_rma", "4", ""), next_day),
        Change(("rma_status_changed", "1", "Approved"), noon),
        Change(("rma_status_changed", "1", "Canceled"), noon + HOUR, Sort.QUIET),
        Change(("rma_status_changed", "1", "Approved"), noon + 2 * HOUR, Sort.QUIET),
        Change(("shipment_status_changed", "5", "Shipped"), noon, Sort.PARCELS),
    ]
    by_name = groupby(sorted(made, key=lambda each: each.name), key=lambda each: each.name)
    measures = Measures({name: tuple(changes) for name, changes in by_name})
    measures.shown("new_rma", {"rma_id": "1"}, noon + MINUTE)
    measures.shown("new_rma", {"rma_id": "1"}, noon + HOUR)  # a second time: too late to count
    refund = {"transaction_id": "2", "status": "Requested"}
    measures.shown("refund_requested", refund, noon + 13 * HOUR)
    approved = {"rma_id": "1", "to_status": "Approved"}
    measures.shown("rma_status_changed", approved, noon + HOUR)
    measures.shown("rma_status_changed", approved, noon + 3 * HOUR)  # it was reopened
    for quarter in range(4):
        for age in (60, 90, 300):
            measures.polled(FIRST_DAY + 6 * HOUR * quarter, age * (quarter + 1))
    for at, refusal in ((noon, None), (noon, "no"), (next_day, "no")):
        measures.acted(at, refusal)
    measures.unanswered(noon)
    measures.unanswered(next_day)
    calls = Counter(
        {Purpose.OPEN: 700, Purpose.UPDATED: 200, Purpose.TRANSACTIONS: 100, Purpose.ACTIONS: 2}
    )
    outcome = Outcome(Scenario(2, shops=3, rmas_a_day=4, reading=900), FIRST_DAY, measures, calls)

    head = "| by news, 900 to read | 2 | 3 × 4 | "
    lines = tables([outcome]).splitlines()
    rows = [line.removeprefix(head) for line in lines if line.startswith(head)]

    assert rows == [
        "14,400 | 1,002 | 500.0 | 700 | 200 | 100 | 0 | 0 | 0 | 2 | 1 | 1 |",
        "90 s / 5 min | 3 min / 10 min | 4 min / 15 min | 6 min / 20 min |",
        "60 min / 13.0 h / 13.0 h | 1 of 4 | 60 min / 60 min / 60 min | 1 of 2 |  | 1 of 1 |",
    ]
