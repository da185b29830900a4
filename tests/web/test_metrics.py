import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from connector.connections import new_connection
from connector.presence import WORKER, Presence
from tests.processes import ROOT
from tests.web.answers import good, problem
from tests.web.conftest import TOKEN, Bridge, Build

SCRAPER = "a token of Prometheus only for tests"
ALERTS = yaml.safe_load(Path(ROOT / "deploy/prometheus/alerts.yaml").read_text(encoding="utf-8"))
LABEL = "demo.myshopify.com and 1 more"


@pytest.fixture
def bridge(build: Build) -> Bridge:
    return build(metrics_token=SCRAPER)


def scraped(bridge: Bridge) -> dict[tuple[str, ...], float]:
    """Read the metrics as Prometheus reads them: by name and labels, these in their order."""
    answer = bridge.get("/metrics", token=SCRAPER)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_metrics_are_those_that_the_api_tells(bridge: Bridge):
    good(bridge.get("/v1/triggers/new_rma"))
    bridge.clock.advance(timedelta(seconds=40))
    calls: dict[str, Any] = good(bridge.get("/v1/me"))["calls"]
    seen = scraped(bridge)
    assert seen["returngo_calls_limit", LABEL] == calls["limit"]
    assert seen["returngo_calls_remaining", LABEL] == calls["remaining"]
    by_purpose = [value for (name, *_), value in seen.items() if name == "returngo_calls_today"]
    assert sum(by_purpose) == calls["limit"] - calls["remaining"] == len(bridge.calls())
    assert seen["returngo_list_age_seconds", LABEL, "rmas", "demo.myshopify.com"] == pytest.approx(
        40, abs=1
    )
    assert seen["returngo_list_failing", LABEL, "rmas", "demo.myshopify.com"] == 0


def test_a_list_that_fails_is_seen(bridge: Bridge):
    good(bridge.get("/v1/triggers/new_rma"))
    bridge.control("faults", status=401, body={"message": "Unauthorized"}, share=1)
    bridge.later()
    bridge.get("/v1/triggers/new_rma")
    assert scraped(bridge)["returngo_list_failing", LABEL, "rmas", "demo.myshopify.com"] == 1


def test_hooks_and_the_worker_are_seen(bridge: Bridge):
    assert ("returngo_worker_age_seconds",) not in scraped(bridge)
    bridge.subscribe("new_rma")
    Presence(bridge.rules.store, WORKER, bridge.clock).note()
    bridge.clock.advance(timedelta(seconds=15))
    seen = scraped(bridge)
    for state in ("waiting", "parked"):
        hook = (LABEL, "hooks.example.com", state, "new_rma")
        assert seen["returngo_hook_deliveries", *hook] == 0
    assert seen["returngo_worker_age_seconds",] == 15


def test_every_connection_is_seen(bridge: Bridge):
    bridge.rules.connections.add(new_connection("other-key", ("other.myshopify.com",), "Other"))
    seen = scraped(bridge)
    assert ("returngo_calls_remaining", "Other") in seen
    assert ("returngo_calls_remaining", LABEL) in seen


@pytest.mark.parametrize("token", [None, TOKEN, "", SCRAPER[:-1], SCRAPER.upper()])
def test_another_token_sees_nothing(bridge: Bridge, token: str | None):
    problem(bridge.get("/metrics", token=token), 401)


def test_without_a_token_of_their_own_there_are_none(build: Build):
    bridge = build()
    for token in (None, TOKEN, ""):
        assert "METRICS_TOKEN" in problem(bridge.get("/metrics", token=token), 404)["detail"]


def test_each_alert_asks_for_what_there_is(bridge: Bridge):
    bridge.subscribe("new_rma")
    Presence(bridge.rules.store, WORKER, bridge.clock).note()
    good(bridge.get("/v1/triggers/new_rma"))
    names = {name for name, *_ in scraped(bridge)} | {"up"}
    rules = [rule for group in ALERTS["groups"] for rule in group["rules"]]
    asked = {
        name for rule in rules for name in re.findall(r"\b(?:returngo_\w+|up)\b", rule["expr"])
    }
    assert asked <= names
    assert all({"summary", "description"} == set(rule["annotations"]) for rule in rules)
