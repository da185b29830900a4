"""python -m connector run: the bridge, against the real ReturnGO."""

import os
import sys
import tempfile
from importlib import import_module

import click

# glibc keeps memory for each of many threads, and gives none of it back: a third more in all.
ARENAS = "MALLOC_ARENA_MAX"
METRICS_TOKEN = ("METRICS_TOKEN", "METRICS_TOKEN_FILE")  # the setting's names
SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"  # as connector.web.latency says


@click.command()
def run() -> None:
    """Serve the bridge; settings come from the environment."""
    if any(map(os.environ.get, METRICS_TOKEN)) and SHARED_METRICS not in os.environ:
        # prometheus-client reads it when it is loaded, which is later
        os.environ[SHARED_METRICS] = tempfile.mkdtemp(prefix="returngo-connector-metrics-")
    if ARENAS not in os.environ:
        # glibc reads it when a process starts: begin anew, before anything is loaded
        os.environ[ARENAS] = "2"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell
    import_module("connector.cli.web_server").serve()
