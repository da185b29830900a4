"""The tables of docs/pacing.md: each tells one thing of every day that was simulated."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.simulation.calls import Purpose
from tests.simulation.day import Scenario
from tests.simulation.measures import Measures, share
from tests.simulation.merchants import DAY, Sort
from tests.simulation.oracle import fewest_calls
from tests.simulation.policies import Spending

QUARTER = DAY / 4


@dataclass(frozen=True)
class Outcome:
    """A day from `start` on: what was measured, and how many calls were made for what."""

    scenario: Scenario
    start: datetime
    measures: Measures
    calls: Counter[Purpose]


def tables(outcomes: Sequence[Outcome]) -> str:
    """Write all tables in Markdown, a row for each day."""
    return "\n".join(
        f"{title}\n\n" + "".join(map(_line, (SCENARIO + heads, _rule(heads), *map(row, outcomes))))
        for title, heads, row in (
            ("**Where the day's calls went**", CALLS, _calls),
            ("**How old the answers were: median / most**", AGES, _ages),
            ("**After how long news was shown: median / 95 % / most**", NEWS, _news),
        )
    )


SCENARIO = ("Spent", "Clients", "Shops × RMAs a day")
SPENT = {Spending.EVENLY: "evenly", Spending.BY_NEWS: "by news"}
CALLS = (
    "Polls",
    "Calls",
    "Times the fewest",
    "What is open",
    "What was updated",
    "Transactions",
    "RMAs that moved",
    "Looking again",
    "RMAs of refunds",
    "Actions",
    "Actions refused",
    "Polls refused",
)
AGES = ("0–6 h", "6–12 h", "12–18 h", "18–24 h")
NEWS = tuple(head for sort in Sort for head in (sort, "Not shown"))


def _calls(of: Outcome) -> tuple[str, ...]:
    end = of.start + DAY
    acts = [refusal for at, refusal in of.measures.actions if of.start <= at < end]
    return (
        *_scenario(of),
        f"{of.scenario.polls_a_day:,}",
        f"{of.calls.total():,}",
        f"{_times_the_fewest(of):.1f}",
        *(f"{of.calls[purpose]:,}" for purpose in Purpose),
        f"{sum(refusal is not None for refusal in acts)}",
        f"{sum(of.start <= at < end for at in of.measures.unanswered_at)}",
    )


def _ages(of: Outcome) -> tuple[str, ...]:
    starts = [of.start + QUARTER * number for number in range(4)]
    quarters = [of.measures.ages_between(start, start + QUARTER) for start in starts]
    return (*_scenario(of), *(_spans(share(ages, 0.5), max(ages)) for ages in quarters))


def _news(of: Outcome) -> tuple[str, ...]:
    cells = list(_scenario(of))
    for sort in Sort:
        delays = of.measures.delays(of.start, of.start + DAY, sort)
        unseen = of.measures.unseen(of.start, of.start + DAY, sort)
        most = max(delays, default=0)
        cells += [
            _spans(share(delays, 0.5), share(delays, 0.95), most) if delays else "",
            f"{unseen} of {unseen + len(delays)}",
        ]
    return tuple(cells)


def _times_the_fewest(of: Outcome) -> float:
    """Compare the calls for reading with those of a reader who knew when things happen."""
    shown = of.measures.shown_between(of.start, of.start + DAY)
    reading = of.calls.total() - of.calls[Purpose.ACTIONS]
    return reading / max(1, fewest_calls(shown))


def _scenario(of: Outcome) -> tuple[str, ...]:
    reading = of.scenario.reading
    spent = SPENT[of.scenario.spending] + ("" if reading is None else f", {reading:,} to read")
    return spent, f"{of.scenario.clients}", f"{of.scenario.shops} × {of.scenario.rmas_a_day}"


def _rule(heads: tuple[str, ...]) -> list[str]:
    return ["---:"] * len(SCENARIO + heads)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _spans(*seconds: float) -> str:
    return " / ".join(map(_span, seconds))


def _span(seconds: float) -> str:
    span = timedelta(seconds=seconds)
    if span < timedelta(minutes=2):
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if span < timedelta(hours=2) else f"{seconds / 3600:.1f} h"
