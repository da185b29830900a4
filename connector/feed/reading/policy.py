"""How a feed spends its calls."""

from dataclasses import dataclass

from connector.feed.pace.pace import Pace
from connector.feed.reading.remembered import RememberedRmas


@dataclass(frozen=True)
class Policy:
    """How a feed spends calls: at which pace, and what it shows again instead of asking."""

    pace: type[Pace] = Pace
    remembered: type[RememberedRmas] = RememberedRmas


BY_NEWS = Policy()
