"""What a worker takes of a processor that has nothing to do."""

import os
import time
from pathlib import Path

from tests.processes import running_worker

NOWHERE = "http://127.0.0.1:9"
STARTED = 5.0  # seconds until a start is over
FOR = 25.0  # seconds
SINCE_NAME = 11, 12  # fields of /proc/PID/stat behind the name: user and system time


def measure(database: str) -> float:
    """Return the share of one core that an idle worker takes (Linux)."""
    with running_worker(NOWHERE, database) as worker:
        time.sleep(STARTED)
        before = _seconds(worker.process.pid)
        time.sleep(FOR)
        return (_seconds(worker.process.pid) - before) / FOR


def _seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    fields = stat.rpartition(")")[2].split()
    ticks = sum(int(fields[each]) for each in SINCE_NAME)
    return ticks / os.sysconf("SC_CLK_TCK")
