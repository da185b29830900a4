"""Real processes at midnight UTC: the bridge's day and ReturnGO's end together."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from tests.end_to_end import shifted
from tests.end_to_end.shifted import set_clock
from tests.processes import Bridge, Code, running_bridge, running_sandbox

DAILY = 30
CALLERS = 6
MOMENT = 60  # seconds
NOON = datetime(2030, 2, 4, 12, tzinfo=UTC)
MIDNIGHT = datetime(2030, 2, 5, tzinfo=UTC)


def ask(bridge: Bridge) -> requests.Response:
    """Make the bridge spend one call, as only what acts may spend all of them."""
    return bridge.act("add_rma_comment", {"rma_id": "1001", "text": "seen"})


def spend(bridge: Bridge) -> list[requests.Response]:
    """Ask until the day is spent that does not end in the next moment."""
    answers = [ask(bridge)]
    while int(answers[-1].headers.get("Retry-After", 0)) < MOMENT:
        answers.append(ask(bridge))
    return answers


def spend_at_once(bridge: Bridge) -> list[requests.Response]:
    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(spend, bridge) for _ in range(CALLERS)]
    return [answer for call in calls for answer in call.result()]


def test_each_day_grants_its_calls_and_returngo_refuses_none(tmp_path: Path, database_url: str):
    file = tmp_path / "clock"
    set_clock(file, NOON)
    with (
        running_sandbox(SANDBOX_DAILY_LIMIT=str(DAILY), SANDBOX_NOW=NOON.isoformat()) as sandbox,
        running_bridge(
            sandbox.url,
            database_url,
            Code(module=shifted.__name__),
            CLOCK_FILE=str(file),
            RETURNGO_DAILY_LIMIT=str(DAILY),
        ) as bridge,
    ):
        before = spend_at_once(bridge)
        night = MIDNIGHT - timedelta(seconds=2)
        # ReturnGO's first: a bridge whose clock is ahead would have its first calls refused
        sandbox.control("clock", {"now": night.isoformat()})
        set_clock(file, night)
        across = spend_at_once(bridge)
        calls = sandbox.calls()

    for answers in (before, across):
        found = Counter(answer.status_code for answer in answers)
        assert found[429] >= CALLERS
        assert sum(found.values()) - found[429] == DAILY, found
    for answer in across:
        # the old day ends in a moment, the new one lasts
        assert not 2 < int(answer.headers.get("Retry-After", 0)) < 23 * 3600
    assert len(calls) == 2 * DAILY
    assert 429 not in {call["status"] for call in calls}
