from collections import Counter
from datetime import timedelta

from tests.simulation.calls import Purpose
from tests.simulation.day import FIRST_DAY, Scenario
from tests.simulation.measures import Measures
from tests.simulation.tables import Outcome, tables

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_the_tables_tell_of_the_day_and_nothing_else():
    new, paid, gone = (("new_rma", "1", ""), ("refund_requested", "2", "Requested"), ("x", "3", ""))
    noon, next_day = FIRST_DAY + 12 * HOUR, FIRST_DAY + 25 * HOUR
    measures = Measures(dict.fromkeys((new, paid, gone), noon) | {("new_rma", "4", ""): next_day})
    measures.shown("new_rma", {"rma_id": "1"}, noon + MINUTE)
    measures.shown("new_rma", {"rma_id": "1"}, noon + HOUR)  # a second time: too late to count
    refund = {"transaction_id": "2", "status": "Requested"}
    measures.shown("refund_requested", refund, noon + 13 * HOUR)
    for quarter in range(4):
        for age in (60, 90, 300):
            measures.polled(FIRST_DAY + 6 * HOUR * quarter, age * (quarter + 1))
    for at, refusal in ((noon, None), (noon, "no"), (next_day, "no")):
        measures.acted(at, refusal)
    measures.unanswered(noon)
    measures.unanswered(next_day)
    calls = Counter({Purpose.LISTS: 1000, Purpose.ACTIONS: 2})
    outcome = Outcome(Scenario(2, shops=3, rmas_a_day=4), FIRST_DAY, measures, calls)

    rows = [line for line in tables([outcome]).splitlines() if line.startswith("| 2 |")]

    assert rows == [
        "| 2 | 3 × 4 | 14,400 | 1,002 | 1,000 | 0 | 0 | 0 | 2 | 1 | 1 |",
        "| 2 | 3 × 4 | 90 s / 5 min | 3 min / 10 min | 4 min / 15 min | 6 min / 20 min |",
        "| 2 | 3 × 4 | 13.0 h / 13.0 h / 13.0 h | 1 of 3 |  | 0 of 0 |",
    ]
