"""What a day is judged by: how old the answers were, how late the news, how the actions fared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.simulation.merchants import Change, Name, Sort

# Where the object of a trigger has the id of its thing, and the status that it tells of.
NAMES = {
    "new_rma": ("rma_id", None),
    "rma_status_changed": ("rma_id", "to_status"),
    "refund_requested": ("transaction_id", "status"),
    "transaction_updated": ("transaction_id", "status"),
    "shipment_status_changed": ("shipment_id", "to_status"),
}


@dataclass
class Measures:
    """What was measured. `made` is what happened at ReturnGO."""

    made: Mapping[Name, Sequence[Change]]
    ages: dict[datetime, list[int]] = field(default_factory=dict)
    shown_at: dict[Change, datetime] = field(default_factory=dict)
    actions: list[tuple[datetime, str | None]] = field(default_factory=list)
    unanswered_at: list[datetime] = field(default_factory=list)

    def polled(self, at: datetime, age: int) -> None:
        """Note how old an answer was."""
        self.ages.setdefault(_hour(at), []).append(age)

    def unanswered(self, at: datetime) -> None:
        """Note that a poll was refused."""
        self.unanswered_at.append(at)

    def shown(self, trigger: str, shown: Mapping[str, Any], at: datetime) -> None:
        """Note when a client first saw a change: the last one of its name that was not seen yet."""
        id_name, status_name = NAMES[trigger]
        status = "" if status_name is None else shown[status_name]
        changes = self.made.get((trigger, shown[id_name], status), ())
        unseen = [each for each in changes if each.at <= at and each not in self.shown_at]
        if unseen:
            self.shown_at[unseen[-1]] = at

    def acted(self, at: datetime, refusal: str | None) -> None:
        """Note how an action fared."""
        self.actions.append((at, refusal))

    def ages_between(self, start: datetime, end: datetime) -> list[int]:
        """Return the age of every answer between two times."""
        return [age for hour, ages in self.ages.items() if start <= hour < end for age in ages]

    def delays(self, start: datetime, end: datetime, sort: Sort) -> list[float]:
        """Return after how many seconds each change of that time was shown."""
        return [
            (self.shown_at[change] - change.at).total_seconds()
            for change in self._made_between(start, end, sort)
            if change in self.shown_at
        ]

    def shown_between(self, start: datetime, end: datetime) -> Mapping[Change, datetime]:
        """Return when each change of that time was shown, if it was."""
        return {each: at for each, at in self.shown_at.items() if start <= each.at < end}

    def unseen(self, start: datetime, end: datetime, sort: Sort) -> int:
        """Count the changes of that time that nobody has been shown."""
        made = self._made_between(start, end, sort)
        return sum(change not in self.shown_at for change in made)

    def _made_between(self, start: datetime, end: datetime, sort: Sort) -> Iterator[Change]:
        for changes in self.made.values():
            yield from (each for each in changes if start <= each.at < end and each.sort is sort)


def share(values: Sequence[float], part: float) -> float:
    """Return the value that `part` of the values do not exceed; 0.5 is the median."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
