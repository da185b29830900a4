"""What a quiet day costs in calls to ReturnGO, with webhooks and without.

Simulated with a fast clock: one shop, some returns, a client that polls each minute. In the day
with webhooks each change is told a second later, and followed up.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from connector.feed import About, Hint
from tests.simulation.calls import Purpose
from tests.simulation.day import FIRST_DAY, MINUTE, TRIGGERS, Bridge, Scenario, opened
from tests.simulation.measures import share
from tests.simulation.merchants import DAY, Change, Sort
from tests.simulation.shops import shops_named

RMAS = 10
SCENARIO = Scenario(clients=1, shops=1, rmas_a_day=RMAS)
# What has a webhook: an update of a transaction has none.
ASKED = tuple(
    place for place, trigger in enumerate(TRIGGERS) if trigger.key != "transaction_updated"
)
ABOUT = {
    "new_rma": About.RMA,
    "rma_status_changed": About.RMA,
    "refund_requested": About.TRANSACTION,
    "shipment_status_changed": About.SHIPMENT,
}
SOON = timedelta(seconds=1)


def measure(*, has_webhooks: bool) -> tuple[Counter[Purpose], float]:
    """Return the second day's calls, by what they were for, and after how long news was shown.

    The latter is the median in seconds.
    """
    start = FIRST_DAY + DAY
    with opened(SCENARIO, days=3) as bridge:
        minute = FIRST_DAY
        while minute < start + DAY:
            _live(bridge, minute + MINUTE, has_webhooks=has_webhooks)
            for which in ASKED:
                bridge.poll(0, which)
            minute += MINUTE
        hours = bridge.wire.by_hour.items()
        calls = sum((made for hour, made in hours if start <= hour < start + DAY), Counter())
        delays = [
            delay for sort in Sort for delay in bridge.measures.delays(start, start + DAY, sort)
        ]
    return calls, share(delays, 0.5)


def _live(bridge: Bridge, until: datetime, *, has_webhooks: bool) -> None:
    """Let all happen that is due, and the webhooks tell of it."""
    merchants, clock = bridge.merchants, bridge.clock
    while merchants.next_at <= until:
        at = merchants.next_at
        clock.advance(max(timedelta(0), at - clock.now()))
        before = set(_changes(bridge))
        merchants.live_until(at)
        if has_webhooks:
            clock.advance(SOON)
            _tell(bridge, set(_changes(bridge)) - before)
    clock.advance(max(timedelta(0), until - clock.now()))


def _changes(bridge: Bridge) -> Iterator[Change]:
    return (change for changes in bridge.merchants.made.values() for change in changes)


def _tell(bridge: Bridge, changes: set[Change]) -> None:
    named = (change.name for change in changes)
    hints = {Hint(ABOUT[trigger], thing) for trigger, thing, _ in named if trigger in ABOUT}
    (shop,) = shops_named(1)
    with bridge.store.write() as database:
        bridge.feed.hear(database, bridge.connection.id, shop, hints)
    bridge.clock.advance(SOON)
    while bridge.feed.follow_up(lambda _: bridge.connection):
        bridge.clock.advance(SOON)
