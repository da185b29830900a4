"""For whoever runs the bridge: whether it is alive, whether it is ready."""

from flask import Blueprint, Response

from connector.web.context import bridge
from connector.web.rendering import render

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Say that the process is alive."""
    return render({"status": "ok"})


@health.get("/readyz")
def readyz() -> Response:
    """Say that the process can serve: its database answers. Otherwise 503."""
    bridge().store.ping()
    return render({"status": "ok"})
