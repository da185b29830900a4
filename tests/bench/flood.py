"""A flood of webhooks: what the bridge answers, and what becomes of polls meanwhile."""

import http.client
import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import requests

from tests.bench.figures import share
from tests.databases import sqlite_url
from tests.processes import (
    SHOPS,
    Bridge,
    command,
    running_bridge,
    running_sandbox,
    running_worker,
)

THREADS = 48
THINGS = 40


@dataclass
class Flood:
    """What came of it. Times are in seconds."""

    asked_a_second: int
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    calls: int = 0

    def row(self) -> str:
        """Write it as a row of a table."""
        rate = self.statuses.total() / self.seconds
        kept = "all" if set(self.statuses) == {202} else str(dict(self.statuses))
        return (
            f"| {self.statuses.total():,} in {self.seconds:.0f} s ({rate:,.0f} a second) | {kept} |"
            f" {share(self.took, 0.5) * 1000:,.0f} ms, {share(self.took, 0.95) * 1000:,.0f} ms |"
            f" {share(self.polls, 0.5) * 1000:,.0f} ms, {max(self.polls) * 1000:,.0f} ms |"
            f" {self.calls} |\n"
        )


HEADS = (
    "| Webhooks | kept | answered after: median, 95 % | polls meanwhile: median, longest"
    " | calls to ReturnGO |\n| --- | --- | --- | --- | ---: |\n"
)


def measure(a_second: int, seconds: float) -> Flood:
    """Post about so many webhooks a second, about a few RMAs, while a client polls."""
    flood = Flood(a_second)
    with (
        TemporaryDirectory() as folder,
        sqlite_url(Path(folder)) as database,
        running_sandbox(SANDBOX_DAILY_LIMIT="1000000") as sandbox,
        running_bridge(sandbox.url, database, WORKERS="2") as bridge,
        running_worker(sandbox.url, database),
    ):
        done = command(sandbox.url, database, "webhooks", "register", PUBLIC_URL=bridge.url)
        assert done.returncode == 0, done.stderr
        address = _address(sandbox.url)
        rmas = [sandbox.control("rmas")["rmaSummary"]["rmaId"] for _ in range(THINGS)]
        bodies = [json.dumps({"eventName": "RMA_STATUS_UPDATED", "rmaId": each}) for each in rmas]
        while bridge.call("GET", "/v1/triggers/new_rma").status_code != requests.codes.ok:
            time.sleep(0.2)
        before = len(sandbox.calls())
        has_ended = threading.Event()
        poller = threading.Thread(target=_poll, args=[bridge, flood, has_ended])
        poller.start()
        _post(flood, address, bodies, seconds)
        has_ended.set()
        poller.join()
        flood.calls = len(sandbox.calls()) - before
    return flood


def _post(flood: Flood, address: str, bodies: list[str], seconds: float) -> None:
    local, url = threading.local(), urlsplit(address)
    began = time.monotonic()

    def post(number: int) -> tuple[int, float]:
        due = began + number / flood.asked_a_second
        time.sleep(max(0.0, due - time.monotonic()))
        if not hasattr(local, "wire"):
            # not requests, which would take a core of what is measured for itself
            local.wire = http.client.HTTPConnection(url.netloc, timeout=30)
        at = time.monotonic()
        local.wire.request("POST", url.path, bodies[number % len(bodies)])
        answer = local.wire.getresponse()
        answer.read()
        return answer.status, time.monotonic() - at

    with ThreadPoolExecutor(THREADS) as pool:
        for status, took in pool.map(post, range(int(flood.asked_a_second * seconds))):
            flood.statuses[status] += 1
            flood.took.append(took)
    flood.seconds = time.monotonic() - began


def _poll(bridge: Bridge, flood: Flood, has_ended: threading.Event) -> None:
    while not has_ended.wait(0.5):
        at = time.monotonic()
        answer = bridge.call("GET", "/v1/triggers/new_rma", params={"limit": 10})
        assert answer.status_code == requests.codes.ok, answer.text
        flood.polls.append(time.monotonic() - at)


def _address(sandbox_url: str) -> str:
    answer = requests.get(
        f"{sandbox_url}/webhooks",
        headers={"x-api-key": "demo-key", "x-shop-name": SHOPS[0]},
        timeout=10,
    )
    return str(answer.json()[0]["url"])
