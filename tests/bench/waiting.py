"""Polls while ReturnGO is read: whether anybody is refused, and how long they wait."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle

import requests

import app
from tests.bench.figures import share
from tests.end_to_end.waiting import eventually
from tests.processes import Bridge, running_bridge, running_sandbox

CALLERS = 100
A_SECOND = 20
FRESHNESS = "5"  # seconds
CALL = 1.5  # seconds that ReturnGO takes for each
TRIGGERS = tuple(app.CATALOGUE.triggers)


@dataclass(frozen=True)
class Waited:
    """What came of polls: the seconds and the status of each."""

    took: list[float]
    statuses: Counter[int]

    def row(self, database: str) -> str:
        """Write how many were refused, and how long the others took."""
        refused = self.statuses.total() - self.statuses[requests.codes.ok]
        times = " | ".join(f"{1000 * share(self.took, part):,.0f} ms" for part in (0.5, 0.95, 1))
        return f"| {database} | {self.statuses.total():,} | {refused} | {times} |\n"


HEADS = "| | polls | refused | median | 95 % | most |\n| --- | ---: | ---: | ---: | ---: | ---: |\n"


def measure(database: str, seconds: float) -> Waited:
    """Poll all triggers in turn, at a steady rate, while readings of seconds go on all the time."""
    with (
        running_sandbox(SANDBOX_DAILY_LIMIT="100000") as sandbox,
        running_bridge(sandbox.url, database, FEED_FRESHNESS=FRESHNESS, WORKERS="2") as bridge,
    ):
        for each in TRIGGERS:
            eventually(lambda each=each: _poll(bridge, each)[1] == requests.codes.ok)  # type: ignore[misc]
        sandbox.control("faults", {"kind": "delay", "seconds": CALL, "share": 1})
        with ThreadPoolExecutor(CALLERS) as callers:
            began = time.monotonic()
            asked = []
            for number, trigger in zip(range(int(A_SECOND * seconds)), cycle(TRIGGERS)):
                time.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
                asked.append(callers.submit(_poll, bridge, trigger))
            told = [each.result() for each in asked]
    return Waited([took for took, _ in told], Counter(status for _, status in told))


def _poll(bridge: Bridge, trigger: str) -> tuple[float, int]:
    began = time.perf_counter()
    answer = bridge.call("GET", f"/v1/triggers/{trigger}", params={"limit": 25})
    return time.perf_counter() - began, answer.status_code
