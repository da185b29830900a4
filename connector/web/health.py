"""For the operator: whether it is alive, whether it is ready, what needs attention."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import Blueprint, Response, current_app

from connector.bridge import Bridge
from connector.doctor import Check, CheckState, Setup, glance_at_bridge, glance_at_connection
from connector.web.context import bridge
from connector.web.metrics_token import presents_metrics_token
from connector.web.rendering import render

health = Blueprint("health", __name__)

LOOKED_EVERY = timedelta(seconds=10)  # it writes: load balancers ask more often
REMEMBERED = "returngo-connector-health"


@dataclass
class Glance:
    """What a process saw when it looked last; None: it has not looked."""

    at: datetime | None = None
    own: list[Any] = field(default_factory=list)
    connections: list[Any] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def refresh(self, bridge: Bridge) -> None:
        """Look again, if that is due. Raises StoreUnavailable and WrongSecretKey."""
        with self.lock:
            now = bridge.clock.now()
            if self.at is not None and self.at <= now < self.at + LOOKED_EVERY:
                return
            bridge.store.try_writing()
            self.connections = [
                {
                    "connection": each.label,
                    "needs_attention": _to_mend(glance_at_connection(Setup.of(bridge, each))),
                }
                for each in bridge.connections.all()  # opens what is sealed
            ]
            self.own = _to_mend(glance_at_bridge(Setup.of(bridge, None)))
            self.at = now


@health.get("/healthz")
def healthz() -> Response:
    """Say that the process is alive."""
    return render({"status": "ok"})


@health.get("/readyz")
def readyz() -> Response:
    """Say that the process can serve: its database answers and takes something in. Otherwise 503.

    What needs attention all the same is told with what to do: of the bridge to anyone, of its
    connections to a caller that presents METRICS_TOKEN.
    """
    bridge().store.ping()
    glance: Glance = current_app.extensions.setdefault(REMEMBERED, Glance())
    glance.refresh(bridge())
    document: dict[str, Any] = {"status": "ok", "needs_attention": glance.own}
    if presents_metrics_token():
        document["connections"] = glance.connections
    return render(document)


def _to_mend(checks: Iterable[Check]) -> list[dict[str, str | None]]:
    return [
        {"name": each.name, "seen": each.seen, "mend": each.mend}
        for each in checks
        if each.state is CheckState.TO_MEND
    ]
