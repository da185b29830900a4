"""`make days`: simulates whole days and writes the tables of docs/pacing.md.

It ends with 1 when a day had too few calls, or an action or a poll was refused.
"""

import logging
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import structlog

from tests import marked
from tests.processes import ROOT
from tests.simulation.day import FIRST_DAY, Scenario, opened, run
from tests.simulation.merchants import DAY
from tests.simulation.policies import Spending
from tests.simulation.shops import DAILY
from tests.simulation.tables import Outcome, tables

PAGE = ROOT / "docs" / "pacing.md"
PART = "tables"
PROCESSES = 2
SIZES = ((10, 30), (10, 6), (1, 60), (1, 10))
FEW_CALLS = (1027, 527)  # for reading, where actions take 73
# The longest come first, so that no processor waits for one in the end.
SCENARIOS = (
    *(
        Scenario(1, shops=shops, rmas_a_day=rmas, spending=spending)
        for shops, rmas in SIZES
        for spending in Spending
    ),
    Scenario(50, shops=1, rmas_a_day=60),
    *(Scenario(1, shops=1, rmas_a_day=60, reading=reading) for reading in FEW_CALLS),
)


def main() -> int:
    """Simulate all, some at a time, and write the page."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        outcomes = list(pool.map(simulated, SCENARIOS))
    text = tables(outcomes)
    sys.stdout.write(text)
    marked.put(PAGE, PART, text)
    return 0 if all(map(_is_good, outcomes)) else 1


def simulated(scenario: Scenario) -> Outcome:
    """Simulate a day, after one that pays for the first look, before one that tells late news."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    start = FIRST_DAY + DAY
    with opened(scenario, days=3) as bridge:
        run(bridge, scenario, FIRST_DAY, start + 2 * DAY)
        hours = bridge.wire.by_hour.items()
        calls = sum((made for hour, made in hours if start <= hour < start + DAY), Counter())
        outcome = Outcome(scenario, start, bridge.measures, calls)
    sys.stderr.write(tables([outcome]))
    return outcome


def _is_good(outcome: Outcome) -> bool:
    refusals = [refusal for _, refusal in outcome.measures.actions if refusal is not None]
    return outcome.calls.total() <= DAILY and not (refusals or outcome.measures.unanswered_at)


if __name__ == "__main__":
    sys.exit(main())
