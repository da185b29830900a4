"""A bridge under gunicorn, by a clock that a test sets: python -m tests.end_to_end.shifted."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

import app
from connector.cli.run import gunicorn
from connector.clock import SystemClock
from connector.config import load

FILE = "CLOCK_FILE"


class ShiftedClock(SystemClock):
    """The machine's clock, as many seconds ahead as stand in a file."""

    def now(self) -> datetime:
        shift = Path(os.environ[FILE]).read_text(encoding="utf-8")
        return super().now() + timedelta(seconds=float(shift))


def set_clock(file: Path, now: datetime) -> None:
    """Set the clock of whoever lives by the file; it runs on from there."""
    written = file.with_suffix(".new")
    written.write_text(str((now - datetime.now(UTC)).total_seconds()), encoding="utf-8")
    written.replace(file)


def create_app() -> Flask:
    return app.create_app(clock=ShiftedClock())


if __name__ == "__main__":
    command = gunicorn(load())
    os.execv(command[0], [*command[:-1], "tests.end_to_end.shifted:create_app()"])
