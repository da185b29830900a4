"""From ReturnGO's webhook to the subscriber: how long, with one subscription and with many.

Real processes: the sandbox posts its webhook, the bridge keeps the hint, the worker reads the RMA,
records it, and sends each subscriber its hook.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from tests.bench.figures import share
from tests.databases import sqlite_url
from tests.end_to_end.hook_receiver import Receiver, receiving
from tests.processes import (
    SHOPS,
    TOKEN,
    Bridge,
    Sandbox,
    command,
    running_bridge,
    running_sandbox,
    running_worker,
)

TRIGGER = "refund_requested"
HOSTS = 250  # each has a pace of its own
PATIENCE = 120.0  # seconds


def measure(subscriptions: int, events: int) -> list[float]:
    """Return how many seconds each hook took, from just before ReturnGO posts its webhook."""
    with _running() as (sandbox, bridge, receiver):
        _subscribe(bridge, receiver, subscriptions)
        took: list[float] = []
        for number in range(events + 1):
            began, before = time.time(), len(receiver.received)
            refund = sandbox.control("transactions", {"shop": SHOPS[0]})
            _wait_for(receiver, before + subscriptions)
            if number:  # the first warms connections up
                took += [at - began for at in receiver.arrived_at[before:]]
            sent = json.loads(receiver.received[-1][2])
            assert sent["transaction_id"] == str(refund["id"])
        return took


def direct(posts: int = 200) -> list[float]:
    """Return how long a bare POST to the same receiver takes: what to hold the others against."""
    with receiving() as receiver, requests.Session() as session:
        took = []
        for _ in range(posts):
            began = time.time()
            session.post(receiver.url("direct"), data=b"{}", timeout=PATIENCE)
            took.append(receiver.arrived_at[-1] - began)
        return took


def described(took: list[float]) -> str:
    """Write the median and the 95th of 100 in milliseconds."""
    return f"{share(took, 0.5) * 1000:,.1f} ms, {share(took, 0.95) * 1000:,.1f} ms"


@contextmanager
def _running() -> Iterator[tuple[Sandbox, Bridge, Receiver]]:
    an_hour = {"FEED_FRESHNESS": "3600"}
    with (
        TemporaryDirectory() as folder,
        sqlite_url(Path(folder)) as database,
        receiving() as receiver,
        running_sandbox(SANDBOX_DAILY_LIMIT="1000000") as sandbox,
        running_bridge(sandbox.url, database, **an_hour) as bridge,
        running_worker(sandbox.url, database, **an_hour),
    ):
        done = command(sandbox.url, database, "webhooks", "register", PUBLIC_URL=bridge.url)
        assert done.returncode == 0, done.stderr
        yield sandbox, bridge, receiver


def _subscribe(bridge: Bridge, receiver: Receiver, subscriptions: int) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        for number in range(subscriptions):
            target = receiver.url(str(number), host=1 + number % HOSTS)
            body = {"trigger": TRIGGER, "target_url": target}
            answer = session.post(f"{bridge.url}/v1/hooks", json=body, timeout=PATIENCE)
            assert answer.status_code == requests.codes.created, answer.text
    deadline = time.monotonic() + PATIENCE
    while bridge.call("GET", f"/v1/triggers/{TRIGGER}").status_code != requests.codes.ok:
        assert time.monotonic() < deadline, "the first reading never ended"
        time.sleep(0.2)


def _wait_for(receiver: Receiver, arrivals: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(receiver.arrived_at) < arrivals:
        assert time.monotonic() < deadline, f"{len(receiver.arrived_at)} of {arrivals} arrived"
        time.sleep(0.01)
