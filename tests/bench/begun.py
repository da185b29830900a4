"""How soon a web process that has just been forked answers its first poll."""

import os
import signal
import time

import requests

from tests.bench.polls import AUTHORIZED, TRIGGER, full_bridge

RUNS = 5
PATIENCE = 60.0  # seconds


def measure(database: str) -> list[float]:
    """Kill the only web process a few times, and time the next poll, which another answers."""
    took = []
    with full_bridge(database, shops=2, events=1000, WORKERS="1") as bridge:
        url = f"{bridge.url}/v1/triggers/{TRIGGER}?limit=25"
        _answer(url)  # there is a process now
        for _ in range(RUNS):
            (worker,) = bridge.workers()
            os.kill(worker, signal.SIGKILL)
            began = time.perf_counter()
            answer = _answer(url)
            took.append(time.perf_counter() - began)
            assert answer.status_code == requests.codes.ok, answer.text
            assert bridge.workers() != [worker]
    return took


def _answer(url: str) -> requests.Response:
    """Poll until somebody answers: a connection that the killed process had is reset."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return requests.get(url, headers=AUTHORIZED, timeout=PATIENCE)
        except requests.ConnectionError:
            assert time.monotonic() < until
            time.sleep(0.005)
