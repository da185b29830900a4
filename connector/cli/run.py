"""python -m connector run: the bridge, against the real ReturnGO."""

import os
import sys
from pathlib import Path

import click

from connector.config import SettingError, Settings, load
from connector.store import Store, StoreUnavailable, migrate
from connector.threads import WEB_THREADS

ROOT = Path(__file__).parents[2]
# Longer than an action may take, so that a restart does not cut one off.
SHUTDOWN_GRACE = 35  # seconds


def gunicorn(settings: Settings) -> list[str]:
    """Return the command line that serves the bridge."""
    options = {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "worker-class": "gthread",
        "threads": WEB_THREADS,
        "timeout": 2 * SHUTDOWN_GRACE,
        "graceful-timeout": SHUTDOWN_GRACE,
        "pythonpath": ROOT,
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return [sys.executable, "-m", "gunicorn", "--no-control-socket", *words, "app:create_app()"]


def _prepare(settings: Settings) -> None:
    """Bring the database up to date, and see that it takes something in, before anybody serves."""
    try:
        store = Store(settings.database_url)
        migrate(store)
        store.try_writing()
        store.close()
    except StoreUnavailable as error:
        raise click.ClickException(f"DATABASE_URL cannot be used: {error}.") from error


@click.command()
def run() -> None:
    """Serve the bridge; settings come from the environment."""
    try:
        settings = load()
    except SettingError as error:
        raise click.ClickException(str(error)) from error
    _prepare(settings)
    # glibc keeps memory for each of many threads, and gives none of it back: a third more in all.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    command = gunicorn(settings)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell
