"""What came of many histories: how often each fault struck, and what was amiss then."""

from collections import Counter
from dataclasses import dataclass, field

from tests.feed.histories import History


@dataclass
class Tally:
    """Counts, which add up. Each fault is charged with all that its histories missed.

    What is `broken` are histories that did not come to their end, since something in them was
    not as it must be.
    """

    histories: int = 0
    broken: int = 0
    times: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    ALL = "all together"

    def add(self, told: History) -> bool:
        """Count a history that has come to its end; tell whether nothing was amiss."""
        accounts = list(told.accounts())
        self.histories += 1
        for fault in (self.ALL, *told.faults):
            self.times[fault] += told.faults.total() if fault == self.ALL else told.faults[fault]
            for account in accounts:
                self.expected[fault] += account.expected
                self.missed[fault] += account.missed
                self.doubled[fault] += account.doubled
                self.lost[fault] += account.lost
        return all(account.is_right for account in accounts)

    def __add__(self, other: "Tally") -> "Tally":
        """Add up what two processes counted."""
        return Tally(
            self.histories + other.histories,
            self.broken + other.broken,
            self.times + other.times,
            self.expected + other.expected,
            self.missed + other.missed,
            self.doubled + other.doubled,
            self.lost + other.lost,
        )

    @property
    def is_clean(self) -> bool:
        """Return whether all came to their end, and nothing was missed, doubled or lost."""
        amiss = (self.missed, self.doubled, self.lost)
        return not (self.broken or any(count.total() for count in amiss))

    def table(self) -> str:
        """Write the table, the commonest fault first."""
        lines = [
            "| Fault | Times tried | Events expected | Missed | Doubled | Lost |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
        ]
        for fault, times in self.times.most_common():
            counts = (self.expected, self.missed, self.doubled, self.lost)
            figures = " | ".join(f"{count[fault]:,}" for count in counts)
            lines.append(f"| {fault} | {times:,} | {figures} |")
        return "\n".join(lines)
