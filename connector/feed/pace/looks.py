"""When to look again at an RMA that is followed: sooner after it has moved, later after a silence.

Of what moves at any time, as likely soon after the last move as long after it, the next is seen
with the least delay for its calls if the time between two looks grows with the time that has passed
since. Where an RMA stands decides, too: parcels move while it is approved, items are looked at once
it is received.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.blocks import Kind
from connector.feed.streams.tracked import Tracked
from schemas.words import OPEN_RMA_STATUSES

# What has just moved is not looked at sooner than after so long.
SOONEST = timedelta(minutes=20)
# An RMA in which nothing moves as a rule is looked at so many times less often.
CALMER = 4
LONGEST = timedelta(hours=12)
# On a quiet day calls are left over. With two thousand of them, a look is not worth one before an
# RMA has stood for so much longer than it stood at the last one.
LEAST_LONGER = 1 / 4

LABELS = frozenset({"Approved"})
CHECKS = frozenset({"Approved", "Received"})
LIVELY_FOR = {Kind.ITEM_VALIDATED: CHECKS, Kind.COMMENT_ADDED: frozenset(OPEN_RMA_STATUSES)}


def lively_for(kinds: Collection[Kind]) -> frozenset[str]:
    """Return in which statuses of an RMA events of these kinds are to be expected."""
    return frozenset().union(*(LIVELY_FOR.get(kind, LABELS) for kind in kinds))


@dataclass(frozen=True)
class Watched:
    """What is looked at again and again with a key's calls: how many RMAs, and how old.

    `density` is how many looks a second they would get, were each looked at again when it has stood
    for as long again as it stands now, and the calmer ones less often. `lively` are the statuses in
    which something is to be expected.
    """

    count: int
    density: float = 0.0
    lively: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LookPace:
    """Spreads so many looks over what is watched as one after every `even` time at each would take.

    Where nothing is watched yet, each look comes after `even`. A look is `worth` what may have
    moved meanwhile, 1 with the usual limit of the day.
    """

    even: timedelta
    watched: Watched
    worth: float = 0.0

    def after(self, seen: Tracked, now: datetime, *, shortest: timedelta) -> timedelta:
        """Return after how long to look at an RMA again, never sooner than after `shortest`."""
        if not self.watched.density or seen.status_since is None:
            return max(shortest, self.even)
        rate = self.watched.count / max(1.0, self.even.total_seconds())
        calmer = 1 if seen.status in self.watched.lively else CALMER
        stood = max(SOONEST, now - seen.status_since)
        wait = stood * calmer * max(self.watched.density / rate, LEAST_LONGER * self.worth)
        return max(shortest, min(wait, max(LONGEST, self.even)))
