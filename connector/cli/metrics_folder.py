"""The folder through which web processes share what they count, for `/metrics`."""

import os
import shutil
import tempfile

METRICS_TOKEN = ("METRICS_TOKEN", "METRICS_TOKEN_FILE")  # the setting's names
SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"  # as connector.web.latency says


def make_metrics_folder() -> None:
    """Make it where anybody may ask for metrics, before prometheus-client is loaded.

    That library reads where it is when it is loaded, and never again.
    """
    if any(map(os.environ.get, METRICS_TOKEN)) and SHARED_METRICS not in os.environ:
        os.environ[SHARED_METRICS] = tempfile.mkdtemp(prefix="returngo-connector-metrics-")


def delete_metrics_folder() -> None:
    """Delete what the web processes have counted."""
    if folder := os.environ.get(SHARED_METRICS):
        shutil.rmtree(folder, ignore_errors=True)
