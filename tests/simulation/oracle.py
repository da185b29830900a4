"""The calls of a reader who knew when things happen: what the same news costs at the least.

It is told no sooner than the bridge was: each change may be read at any time from when it happened
to when the bridge showed it. One call to a list tells all that has happened in a shop's returns, or
in its transactions; one call for the details of a return tells all that has happened to it. A new
return and a parcel's moves stand in details alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tests.simulation.merchants import Change

ONLY_IN_DETAILS = frozenset({"new_rma", "shipment_status_changed"})
IN_TRANSACTIONS = frozenset({"refund_requested", "transaction_updated"})


@dataclass(frozen=True)
class Window:
    """When a change may be read: at or after `since`, no later than `until`."""

    since: datetime
    until: datetime

    def holds(self, moments: Iterable[datetime]) -> bool:
        """Whether any of the moments lies in it."""
        return any(self.since <= each <= self.until for each in moments)


def fewest_calls(shown_at: Mapping[Change, datetime]) -> int:
    """Count the calls that it takes to show these changes as soon as they were shown.

    First the details that nothing can replace, as few as will do; what they tell as well needs no
    list. Then, for the rest, as few calls to each list as will do.
    """
    of_rmas: dict[int, list[Window]] = defaultdict(list)
    for change, shown in shown_at.items():
        if change.name[0] in ONLY_IN_DETAILS:
            of_rmas[change.rma].append(Window(change.at, shown))
    details = {rma: moments(windows) for rma, windows in of_rmas.items()}
    of_lists: dict[tuple[str, bool], list[Window]] = defaultdict(list)
    for change, shown in shown_at.items():
        window = Window(change.at, shown)
        if not window.holds(details.get(change.rma, ())):
            of_lists[change.shop, change.name[0] in IN_TRANSACTIONS].append(window)
    return sum(map(len, details.values())) + sum(len(moments(each)) for each in of_lists.values())


def moments(windows: Iterable[Window]) -> list[datetime]:
    """Choose the fewest moments such that each window holds one: each as late as it may be."""
    chosen: list[datetime] = []
    for window in sorted(windows, key=lambda each: each.until):
        if not chosen or chosen[-1] < window.since:
            chosen.append(window.until)
    return chosen
