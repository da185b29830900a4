"""For the operator: whether it is alive, whether it is ready, what needs attention."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import Blueprint, Response, current_app

from connector.bridge import Bridge
from connector.doctor import Check, Setup, glance_at_bridge, glance_at_connection, to_mend
from connector.store import StoreUnavailable, WrongSecretKey, patience
from connector.web.context import bridge
from connector.web.metrics_token import presents_metrics_token
from connector.web.rendering import render

health = Blueprint("health", __name__)

LOOKED_EVERY = timedelta(seconds=10)  # it writes: load balancers ask more often
PATIENCE = 2.0  # seconds that the database may take: they give up soon
REMEMBERED = "returngo-connector-health"


class Glance:
    """What a process saw of the bridge when it looked last, or why it saw nothing."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self._lock = Lock()
        self._at: datetime | None = None
        self._seen: list[Any] = []
        self._failure: StoreUnavailable | WrongSecretKey | None = None

    def needs_attention(self) -> list[Any]:
        """Tell what needs attention, and look again if that is due.

        One caller looks, for others it is as it was. Raises StoreUnavailable and WrongSecretKey.
        """
        now = self.bridge.clock.now()
        is_due = self._at is None or not self._at <= now < self._at + LOOKED_EVERY
        if is_due and self._lock.acquire(timeout=0 if self._at else PATIENCE):
            try:
                self._look(now)
            finally:
                self._lock.release()
        if self._failure is not None:
            raise self._failure
        return self._seen

    def _look(self, now: datetime) -> None:
        self._at, self._failure = now, None
        try:
            with patience(PATIENCE):
                self.bridge.store.try_writing()
                self.bridge.connections.ownership.check()
                self.bridge.connections.all()  # opens the keys that are kept
                self._seen = _to_mend(glance_at_bridge(Setup.of(self.bridge, None)))
        except (StoreUnavailable, WrongSecretKey) as error:
            self._failure = error


@health.get("/healthz")
def healthz() -> Response:
    """Say that the process is alive."""
    return render({"status": "ok"})


@health.get("/readyz")
def readyz() -> Response:
    """Say that the process can serve, or else, with 503, what is wrong.

    Its database answers and takes something in, and SECRET_KEY opens what is sealed there. What
    needs attention all the same is told with what to do: of the bridge to anyone, of its
    connections to a caller that presents METRICS_TOKEN.
    """
    bridge().store.ping()
    document: dict[str, Any] = {"status": "ok", "needs_attention": _glance().needs_attention()}
    if presents_metrics_token():
        document["connections"] = [
            {
                "connection": each.label,
                "needs_attention": _to_mend(glance_at_connection(Setup.of(bridge(), each))),
            }
            for each in bridge().connections.all()
        ]
    return render(document)


def _glance() -> Glance:
    """Return what this process has seen of the bridge that it serves."""
    glance: Glance | None = current_app.extensions.get(REMEMBERED)
    if glance is None or glance.bridge is not bridge():
        glance = current_app.extensions[REMEMBERED] = Glance(bridge())
    return glance


def _to_mend(checks: Iterable[Check]) -> list[dict[str, str | None]]:
    return [{"name": each.name, "seen": each.seen, "mend": each.mend} for each in to_mend(checks)]
