"""Processes that spend a key's calls across midnight UTC. CALLS_A_DAY=2000 takes the real limit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from connector.store import Store
from connector.store import tables as stored

ROOT = Path(__file__).parents[1]
DAILY = int(os.environ.get("CALLS_A_DAY", "150"))
PROCESSES = 16
SPEND = """
import multiprocessing, sys, time
from datetime import UTC, datetime, timedelta
from connector.budget import Budget, DaySpent, Purpose, TooFast
from connector.store import Store, StoreUnavailable

url, processes, daily, apart = sys.argv[1], *map(int, sys.argv[2:])
MIDNIGHT = datetime(2026, 2, 5, tzinfo=UTC)
began = time.monotonic()

class Night:
    # It jumps to midnight once the day is spent and many have asked in vain; for those whose
    # clocks lag, a bit later.
    def __init__(self, refusals, number):
        self.refusals, self.lag = refusals, apart * (number % 3)
        self.midnight = processes * (1 + self.lag)

    def now(self):
        jumped = self.refusals.value >= self.midnight
        seconds = (10 if jumped else -600) - self.lag + time.monotonic() - began
        return MIDNIGHT + timedelta(seconds=seconds)

def work(barrier, counts, refusals, number):
    clock = Night(refusals, number)
    budget = Budget(Store(url), daily=daily, second=1_000_000, clock=clock)
    barrier.wait()
    while True:
        asked_at = clock.now()
        try:
            budget.take("key", Purpose.ACTING)
            counts[number] += 1
        except DaySpent:
            is_over = asked_at >= MIDNIGHT
            with refusals.get_lock():
                refusals.value += 3 * processes if is_over else 1
            if is_over:
                return
        except (TooFast, StoreUnavailable):
            pass  # a clock is ahead, or it had to wait for its turn too long: it asks again

fork = multiprocessing.get_context("fork")
barrier = fork.Barrier(processes)
counts = fork.Array("i", processes)
refusals = fork.Value("i", 0)
workers = [
    fork.Process(target=work, args=[barrier, counts, refusals, number])
    for number in range(processes)
]
for worker in workers: worker.start()
for worker in workers: worker.join()
print(*counts)
print(*(worker.exitcode for worker in workers))
"""


@pytest.mark.parametrize("apart", [0, 1], ids=["one-clock", "clocks-a-second-apart"])
def test_processes_that_spend_across_midnight_are_granted_exactly_both_days(
    each_database_url: str, each_store: Store, apart: int
):
    url = each_database_url
    if each_store.engine.dialect.name == "postgresql":
        # waits for the disk, one after the other, would prove nothing more
        url += "?options=-csynchronous_commit%3Doff"
    # one parent imports, then forks: real processes that set off together
    done = subprocess.run(
        [sys.executable, "-c", SPEND, url, *map(str, (PROCESSES, DAILY, apart))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    counts, exits = (list(map(int, line.split())) for line in done.stdout.splitlines())
    assert exits == [0] * PROCESSES
    assert sum(counts) == 2 * DAILY
    assert sum(count > 0 for count in counts) > 1, "one process had it all: nothing was contended"
    with each_store.read() as connection:
        row = connection.execute(select(stored.budget.c.day, stored.budget.c.used)).one()
    assert tuple(row) == ("2026-02-05", DAILY)
