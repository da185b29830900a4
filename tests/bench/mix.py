"""A hundred thousand workflows that poll once a minute: all triggers, filters, known pages."""

import time
from dataclasses import dataclass

import requests

import app
from tests.bench.load import Load, Request, load
from tests.bench.polls import AUTHORIZED, CONNECTIONS, full_bridge
from tests.processes import Sandbox, running_sandbox

A_SECOND = 1667
EVENTS = 10_000
FRESHNESS = "60"  # seconds, as it is unless told otherwise
WAYS = ("limit=100", "limit=25", "limit=10&shop=demo.myshopify.com")
NAMED = "order_name=nobody"
UNNAMED = "days=29"  # where no event bears the name of an order
WARM = 5.0  # seconds


@dataclass(frozen=True)
class Mixed:
    """What came of the load, and how many calls ReturnGO got meanwhile."""

    done: Load
    calls: int

    @property
    def text(self) -> str:
        """Say what was reached."""
        known = self.done.statuses.get(304, 0)
        refused = sum(
            times for status, times in self.done.statuses.items() if status not in (200, 304)
        )
        return (
            f"{self.done.rate:,.0f} polls a second for {self.done.seconds:,.0f} seconds, where"
            f" {A_SECOND:,} were asked for: {known:,} of {len(self.done.took):,} were known already"
            f" (304), {refused} refused. Half were answered within"
            f" {1000 * self.done.p50:,.1f} ms, 99 of 100 within {1000 * self.done.p99:,.0f} ms."
            f" ReturnGO got {self.calls} calls.\n"
        )


def measure(database: str, seconds: float) -> Mixed:
    """Poll all triggers at a steady rate, with and without filters, half of them by an ETag."""
    with (
        running_sandbox(SANDBOX_DAILY_LIMIT="100000") as sandbox,
        full_bridge(
            database, shops=2, events=EVENTS, sandbox=sandbox, FEED_FRESHNESS=FRESHNESS
        ) as bridge,
    ):
        urls = [
            f"{bridge.url}/v1/triggers/{key}?{way}"
            for key, trigger in app.CATALOGUE.triggers.items()
            for way in (*WAYS, NAMED if "order_name" in trigger.input().fields else UNNAMED)
        ]
        polls = [Request(url, AUTHORIZED) for url in urls]
        load(polls, connections=CONNECTIONS, seconds=WARM)
        known = [Request(url, {**AUTHORIZED, "If-None-Match": _tag(url)}) for url in urls]
        before = _calls(sandbox)
        both = [each for pair in zip(polls, known, strict=True) for each in pair]
        done = load(both, connections=CONNECTIONS, seconds=seconds, a_second=A_SECOND)
        return Mixed(done, _calls(sandbox) - before)


def _tag(url: str) -> str:
    headers = {**AUTHORIZED, "Accept-Encoding": "identity"}
    answer = requests.get(url, headers=headers, timeout=WARM * 4)
    while answer.status_code == requests.codes.unavailable:
        time.sleep(1)
        answer = requests.get(url, headers=headers, timeout=WARM * 4)
    assert answer.status_code == requests.codes.ok, answer.text
    return answer.headers["ETag"]


def _calls(sandbox: Sandbox) -> int:
    return len(sandbox.calls())
