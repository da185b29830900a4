"""python -m connector run: the bridge, against the real ReturnGO."""

import os
import sys
from importlib import import_module

import click

from connector.cli.metrics_folder import make_metrics_folder

# glibc keeps memory for each of many threads, and gives none of it back: a third more in all.
ARENAS = "MALLOC_ARENA_MAX"


@click.command()
def run() -> None:
    """Serve the bridge; settings come from the environment."""
    make_metrics_folder()
    if ARENAS not in os.environ:
        # glibc reads it when a process starts: begin anew, before anything is loaded
        os.environ[ARENAS] = "2"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell
    import_module("connector.cli.web_server").serve()
