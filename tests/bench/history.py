"""A backfill of many returns, beside the time that the simulated ReturnGO takes for its answers.

The command runs as a process of its own, as whoever has just installed the bridge starts it. The
sandbox runs on the same machine; what it takes of a processor is what its answers take.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.bench.processor import resident, seconds_of
from tests.processes import ROOT, SHOPS, Sandbox, running_sandbox, settings_of

BATCH = 500  # returns made by one control call
SPAN = timedelta(days=300)
LOOKS = 0.5  # seconds between two looks at the memory
UNLIMITED = {"SANDBOX_DAILY_LIMIT": "100000000", "SANDBOX_SECOND_LIMIT": "100000000"}
QUICKLY = {"RETURNGO_DAILY_LIMIT": "100000000", "RETURNGO_SECOND_LIMIT": "100000"}


@dataclass(frozen=True)
class Brought:
    """What bringing in so many returns took, in seconds, and what memory, in bytes.

    `answers` are the seconds of a processor that the sandbox spent; `early` is the memory when a
    tenth was done, `most` the most of all.
    """

    returns: int
    took: float
    answers: float
    early: int
    most: int

    def row(self) -> str:
        """Write it as a row of the table."""
        megabyte = 1024 * 1024
        return (
            f"| {self.returns:,} | {self.took / self.answers:.1f} | {self.took:,.0f} s |"
            f" {self.answers:,.0f} s | {self.returns / self.took:,.0f} |"
            f" {self.early / megabyte:,.0f} MB | {self.most / megabyte:,.0f} MB |\n"
        )


HEADS = (
    "| Returns | times what the answers take | took | the answers | returns a second"
    " | memory after a tenth | memory at most |\n"
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
)


def measure(database: str, returns: int) -> Brought:
    """Bring in the history of one shop that has so many returns."""
    with running_sandbox(**UNLIMITED) as sandbox:
        since = _fill(sandbox, returns)
        words = ["backfill", "--since", f"{since:%Y-%m-%d}", "--shop", SHOPS[0], "--emit"]
        environ = settings_of(sandbox.url, database, QUICKLY)
        answered = seconds_of(sandbox.process.pid)
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "connector", *words],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdout=subprocess.DEVNULL,
        )
        memory = _watched(process)
        took = time.monotonic() - began
        assert process.returncode == os.EX_OK, process.returncode
        answers = seconds_of(sandbox.process.pid) - answered
        return Brought(returns, took, answers, memory[len(memory) // 10], max(memory))


def _fill(sandbox: Sandbox, returns: int) -> datetime:
    """Make the returns, spread over the past; return when the first was made."""
    sandbox.control("reset", {"empty": True})
    since = datetime.now(UTC) - SPAN
    for done in range(0, returns, BATCH):
        made = since + SPAN * (done / returns)
        status = {"status": "Done", "created_at": made.isoformat()}
        sandbox.control("rmas", {"shop": SHOPS[0], "count": min(BATCH, returns - done), **status})
    return since


def _watched(process: subprocess.Popen[bytes]) -> list[int]:
    """Wait for the end of a process, and look at its memory now and then."""
    seen = []
    while process.poll() is None:
        seen.append(resident(process.pid))
        try:
            process.wait(LOOKS)
        except subprocess.TimeoutExpired:
            continue
    return seen
