"""A command of the bridge on a machine whose clock is set: python -m tests.soak.machine run.

Each process of the bridge asks one object for the time, which is here as many seconds off as
stand in a file. ReturnGO, the database and the callers keep the true time.
"""

import os
import runpy
from datetime import datetime, timedelta
from pathlib import Path

from connector.clock import SystemClock

FILE = "SOAK_CLOCK_FILE"


def _shift(file: Path) -> None:
    true = SystemClock.now

    def now(self: SystemClock) -> datetime:
        return true(self) + timedelta(seconds=float(file.read_text(encoding="ascii")))

    SystemClock.now = now  # type: ignore[method-assign]


def step(file: Path, seconds: float) -> None:
    """Set the clock of those who live by the file to so many seconds off."""
    written = file.with_suffix(".new")
    written.write_text(str(seconds), encoding="ascii")
    written.replace(file)


if __name__ == "__main__":
    _shift(Path(os.environ[FILE]))
    runpy.run_module("connector", run_name="__main__")
