"""For whoever runs the bridge: whether it is alive, whether it is ready."""

from flask import Blueprint, Response

from connector.web.rendering import render
from connector.web.services import services

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Answer that the process is alive."""
    return render({"status": "ok"})


@health.get("/readyz")
def readyz() -> Response:
    """Answer that the process can serve: its database answers. Otherwise 503."""
    services().store.ping()
    return render({"status": "ok"})
