"""Metrics for Prometheus: how each connection stands, looked up when asked; how long answers took.

Every process gives the same answer: how things stand is in the database, and what each process
counts it shares with the others. No label names a customer.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from werkzeug.exceptions import NotFound

from connector.bridge import Bridge
from connector.budget import Purpose
from connector.budget.day import midnight_before
from connector.connections import Connection, NotRecognised
from connector.presence import WORKER, Presence
from connector.web.context import bridge
from connector.web.latency import register_latencies
from connector.web.metrics_token import presents_metrics_token
from schemas.hooks import State

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
def show() -> Response:
    """Say how each connection stands, to a caller that presents METRICS_TOKEN."""
    if bridge().settings.metrics_token is None:
        raise NotFound("METRICS_TOKEN is not set, so there are no metrics.")
    if not presents_metrics_token():
        raise NotRecognised("Send the header Authorization: Bearer, followed by METRICS_TOKEN.")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Standing(bridge()))
    register_latencies(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Standing(Collector):
    """Looks up how every connection stands. Raises StoreUnavailable."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._now = bridge.clock.now()

    def collect(self) -> Iterable[Metric]:
        """Return each metric, with a sample for each connection."""
        connections = self._bridge.connections.all()
        yield from self._calls(connections)
        yield from self._lists(connections)
        yield self._deliveries(connections)
        yield from self._worker()

    def _calls(self, connections: list[Connection]) -> Iterator[Metric]:
        limit = GaugeMetricFamily(
            "returngo_calls_limit", "Calls a day that ReturnGO allows.", labels=["connection"]
        )
        left = GaugeMetricFamily(
            "returngo_calls_remaining", "Calls left today (UTC).", labels=["connection"]
        )
        spent = GaugeMetricFamily(
            "returngo_calls_today",
            "Calls made today (UTC), by what they were for.",
            labels=["connection", "purpose"],
        )
        midnight = midnight_before(self._now)
        for each in connections:
            balance = self._bridge.budget.balance(each.key_id)
            limit.add_metric([each.label], balance.limit)
            left.add_metric([each.label], balance.remaining)
            hours = self._bridge.budget.tally.hours(each.key_id, midnight)
            for purpose in Purpose:
                made = sum(hour.calls.get(purpose, 0) for hour in hours)
                spent.add_metric([each.label, purpose.value], made)
        yield from (limit, left, spent)

    def _lists(self, connections: list[Connection]) -> Iterator[Metric]:
        names = ["connection", "shop", "list"]
        age = GaugeMetricFamily(
            "returngo_list_age_seconds", "Seconds since a list was read.", labels=names
        )
        failing = GaugeMetricFamily(
            "returngo_list_failing", "1 where the last reading of a list failed.", labels=names
        )
        for each in connections:
            for reading in self._bridge.feed.plan(each):
                where = [each.label, reading.shop, reading.resource.value]
                failing.add_metric(where, int(reading.failure is not None))
                if reading.read_at is not None:
                    age.add_metric(where, self._since(reading.read_at))
        yield from (age, failing)

    def _deliveries(self, connections: list[Connection]) -> Metric:
        found = GaugeMetricFamily(
            "returngo_hook_deliveries",
            "Events that wait for a hook, or were given up (parked).",
            labels=["connection", "trigger", "host", "state"],
        )
        hooks = self._bridge.delivery.hooks
        for each in connections:
            own = hooks.all(each)
            counts = hooks.outbox.count([hook.id for hook in own])
            for hook in own:
                for state in (State.WAITING, State.PARKED):
                    labels = [each.label, hook.trigger, hook.host, state.value]
                    found.add_metric(labels, counts[hook.id][state])
        return found

    def _worker(self) -> Iterator[Metric]:
        seen_at = Presence(self._bridge.store, WORKER, self._bridge.clock).seen_at()
        if seen_at is not None:
            yield GaugeMetricFamily(
                "returngo_worker_age_seconds",
                "Seconds since a worker was at work last.",
                value=self._since(seen_at),
            )

    def _since(self, moment: datetime) -> float:
        return max(timedelta(), self._now - moment).total_seconds()
