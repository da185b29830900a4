"""Several bridges and workers on one PostgreSQL database: what comes of more of them.

The load and the database share this machine's processors with them, so that the rate stops growing
where these are used up; what a poll or a delivery takes of a processor says what each more of them
would bring on a machine of its own.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.load import Load, Request, load
from tests.bench.polls import AN_HOUR, AUTHORIZED, CONNECTIONS, TRIGGER, full_bridge
from tests.bench.processor import seconds_of
from tests.bench.throughput import of_workers
from tests.databases import postgres_url
from tests.processes import SHOPS, Bridge, running_bridge, running_sandbox

EVENTS = 10_000
WARM, SECONDS = 2.0, 10.0
BRIDGES = ((1, 1), (1, 2), (2, 2))  # bridges, and web processes of each
WORKERS = (1, 2, 3)


@dataclass(frozen=True)
class Scaled:
    """What so many processes did in a second, and what each deed took of their processors."""

    what: str
    rate: float
    each: float  # seconds of a processor

    def row(self) -> str:
        """Write it as a row of the table."""
        return f"| {self.what} | {self.rate:,.0f} | {1_000_000 * self.each:,.0f} µs |\n"


HEADS = "| On one database | a second | each takes of a processor |\n| --- | ---: | ---: |\n"


def measure() -> list[Scaled]:
    """Poll one bridge and two, then let one worker and several deliver."""
    polled = [_polled(*each) for each in BRIDGES]
    return [*polled, *(_delivered(count) for count in WORKERS)]


def _polled(bridges: int, processes: int) -> Scaled:
    environ = {**AN_HOUR, "WORKERS": str(processes), "RETURNGO_SHOPS": SHOPS[0]}
    with TemporaryDirectory() as folder, ExitStack() as stack:
        database = stack.enter_context(postgres_url(Path(folder)))
        sandbox = stack.enter_context(running_sandbox())
        full = full_bridge(database, shops=1, events=EVENTS, sandbox=sandbox, **environ)
        all_of_them = [stack.enter_context(full)]
        for _ in range(bridges - 1):
            more = running_bridge(sandbox.url, database, **environ)
            all_of_them.append(stack.enter_context(more))
        rate, each = _loaded(all_of_them)
    names = "a bridge" if bridges == 1 else f"{bridges} bridges"
    noun = "a web process" if processes == 1 else f"{processes} web processes"
    return Scaled(f"Polls of {names} with {noun}", rate, each)


def _loaded(bridges: Sequence[Bridge]) -> tuple[float, float]:
    """Return how many polls a second they answer, and what each takes of their processors."""
    urls = [f"{each.url}/v1/triggers/{TRIGGER}?limit=25" for each in bridges]
    with ThreadPoolExecutor(len(bridges)) as callers:

        def run(seconds: float) -> list[Load]:
            loads = [
                callers.submit(
                    load,
                    [Request(url, AUTHORIZED)],
                    connections=CONNECTIONS // len(bridges),
                    seconds=seconds,
                )
                for url in urls
            ]
            return [each.result() for each in loads]

        run(WARM)
        pids = [pid for each in bridges for pid in each.workers()]
        assert pids
        before = sum(map(seconds_of, pids))
        done = run(SECONDS)
        spent = sum(map(seconds_of, pids)) - before
    assert {status for each in done for status in each.statuses} == {200}
    return sum(each.rate for each in done), spent / sum(len(each.took) for each in done)


def _delivered(count: int) -> Scaled:
    delivered = of_workers(postgres_url, count)
    noun = "a worker" if count == 1 else f"{count} workers"
    return Scaled(f"Deliveries of {noun}", delivered.rate, delivered.each)
