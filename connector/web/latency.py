"""How long answers took: counted by each web process, told by any of them for all."""

import os
from functools import lru_cache

import structlog
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

log = structlog.get_logger()

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own setting: a folder through which the processes share what they count. It is read
when the library is loaded, so that `connector run` sets it before."""

TOOK = Histogram(
    "returngo_answer_seconds",
    "How long the bridge took to answer, by what was asked and the status.",
    ["asked", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30),
    registry=None,
)
# What an address begins with, behind /v1.
ASKED = {
    ("GET", "triggers"): "poll",
    ("POST", "actions"): "action",
    ("GET", "actions"): "search",
    ("GET", "choices"): "choice",
}


def note_latency(method: str, path: str, status: int, seconds: float) -> None:
    """Count an answer, unless that cannot be: no answer fails for it."""
    version, _, rest = path.removeprefix("/").partition("/")
    asked = ASKED.get((method, rest.partition("/")[0]), "other") if version == "v1" else "other"
    try:
        _counter(asked, status).observe(seconds)
    except (OSError, ValueError) as error:
        log.warning("web.latency_not_counted", reason=str(error))


def register_latencies(registry: CollectorRegistry) -> None:
    """Have a registry tell how long the answers of all web processes took."""
    if SHARED not in os.environ:
        registry.register(TOOK)
        return
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError as error:  # the folder is gone
        log.warning("web.latencies_lost", reason=str(error))


@lru_cache(maxsize=256)
def _counter(asked: str, status: int) -> Histogram:
    return TOOK.labels(asked, str(status))
