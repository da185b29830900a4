"""A bridge under gunicorn, by a clock that a test sets: python -m tests.end_to_end.shifted."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

import app
from connector.cli.web_server import serve
from connector.clock import SystemClock

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
    serve(create_app)
