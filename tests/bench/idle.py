"""What a worker takes of a processor that has nothing to do."""

import time

from tests.bench.processor import seconds_of
from tests.processes import running_worker

NOWHERE = "http://127.0.0.1:9"
STARTED = 5.0  # seconds until a start is over
FOR = 25.0  # seconds


def measure(database: str) -> float:
    """Return the share of one core that an idle worker takes (Linux)."""
    with running_worker(NOWHERE, database) as worker:
        time.sleep(STARTED)
        before = seconds_of(worker.process.pid)
        time.sleep(FOR)
        return (seconds_of(worker.process.pid) - before) / FOR
