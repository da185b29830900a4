"""A few hours of days: what must hold whoever polls. `make days` simulates whole ones."""

from datetime import timedelta
from itertools import pairwise

from sqlalchemy import update

from connector.budget import Purpose
from connector.store.tables import budget
from tests.simulation.calls import LISTS
from tests.simulation.day import FIRST_DAY, Bridge, Scenario, opened, run
from tests.simulation.measures import share
from tests.simulation.merchants import DAY
from tests.simulation.shops import DAILY

HOUR = timedelta(hours=1)
MIDNIGHT = FIRST_DAY + DAY
EVENING = MIDNIGHT - 3 * HOUR
BUSY = Scenario(clients=3, shops=2, rmas_a_day=15)


def spend_the_day_so_far(bridge: Bridge, calls: int) -> None:
    """Let the day have gone as it does before the evening, without living through it."""
    bridge.budget.take(bridge.connection.key_id, Purpose.ACTING)
    with bridge.store.write() as database:
        database.execute(update(budget).values(used=calls))
    bridge.sandbox.simulation.gate.set_used(bridge.connection.api_key, calls)


def test_the_evening_is_no_worse_than_the_day_and_no_action_is_refused():
    with opened(BUSY, start=EVENING, days=1) as bridge:
        spend_the_day_so_far(bridge, 1200)
        run(bridge, BUSY, EVENING + HOUR / 60, MIDNIGHT)
        measures, wire = bridge.measures, bridge.wire

    assert [refusal for _, refusal in measures.actions if refusal is not None] == []
    assert (MIDNIGHT - max(at for at, _ in measures.actions)) < timedelta(minutes=1)
    # neither by our count nor by ReturnGO's was the day ever too small
    assert wire.total + 1200 <= DAILY
    assert wire.refused == 0

    hours = [EVENING + HOUR * number for number in range(3)]
    assert all(any(wire.by_hour[hour][purpose] for purpose in LISTS) for hour in hours), (
        "the feed stood still"
    )
    ages = [share(measures.ages_between(hour, hour + HOUR), 0.95) for hour in hours]
    assert all(after <= 2 * before for before, after in pairwise(ages)), ages
    all_ages = measures.ages_between(EVENING, MIDNIGHT)
    assert max(all_ages) <= 5 * share(all_ages, 0.5)


def test_what_is_answered_in_a_lull_is_what_a_poll_would_have_answered():
    """The same minutes, once with every poll made: the calls and the ages are the same."""
    told = []
    for is_thorough in (False, True):
        scenario = Scenario(clients=2, shops=1, rmas_a_day=10)
        with opened(scenario, start=EVENING, days=1) as bridge:
            spend_the_day_so_far(bridge, 1650)  # so that the target is not the shortest
            if is_thorough:
                bridge._is_lull = lambda *_: False  # type: ignore[method-assign]
            run(bridge, scenario, EVENING, EVENING + HOUR / 6)
            told.append((bridge.wire.by_hour, bridge.measures.ages, bridge.measures.shown_at))
    assert told[0] == told[1]
