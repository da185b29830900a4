"""The memory of web processes, before and after many polls of many sorts."""

from dataclasses import dataclass

import app
from tests.bench.load import Request, load
from tests.bench.polls import AUTHORIZED, CONNECTIONS, TRIGGER, full_bridge
from tests.bench.processor import resident
from tests.processes import SHOPS

POLLS = 20_000
BATCH = 5.0  # seconds
LIMITS = (1, 5, 25, 50, 100)


@dataclass(frozen=True)
class Grown:
    """How many bytes each web process held in memory at first, and after so many polls."""

    before: list[int]
    after: list[int]
    polls: int

    @property
    def text(self) -> str:
        """Say how much the one that grew most has grown."""
        megabyte = 1024 * 1024
        most = max(after - before for before, after in zip(self.before, self.after, strict=True))
        return (
            f"After {self.polls:,} polls, the web process that grew most holds"
            f" {most / megabyte:.0f} MB more than after the first second:"
            f" {max(self.after) / megabyte:.0f} MB.\n"
        )


def measure(database: str, *, events: int) -> Grown:
    """Poll pages of all lengths, of all triggers, of one shop and of both."""
    with full_bridge(database, shops=2, events=events) as bridge:
        base = f"{bridge.url}/v1/triggers"
        urls = [
            *(f"{base}/{TRIGGER}?limit={limit}" for limit in LIMITS),
            *(f"{base}/{TRIGGER}?limit={limit}&shop={SHOPS[0]}" for limit in LIMITS),
            *(f"{base}/{key}?limit=25" for key in app.CATALOGUE.triggers),
        ]
        requests = [Request(url, AUTHORIZED) for url in urls]
        load(requests, connections=CONNECTIONS, seconds=1)
        workers = bridge.workers()
        before = [resident(pid) for pid in workers]
        polls = 0
        while polls < POLLS:
            done = load(requests, connections=CONNECTIONS, seconds=BATCH)
            assert set(done.statuses) == {200}, done.statuses
            polls += len(done.took)
        return Grown(before, [resident(pid) for pid in workers], polls)
