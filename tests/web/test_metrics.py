import json
import re
from collections.abc import Iterable
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
DASHBOARD = json.loads(Path(ROOT / "deploy/grafana/dashboard.json").read_text(encoding="utf-8"))
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


def test_how_long_answers_took_is_counted_by_what_was_asked(bridge: Bridge):
    def counted() -> dict[tuple[str, ...], float]:
        seen = scraped(bridge)
        return {
            key[1:]: count
            for key, count in seen.items()
            if key[0] == "returngo_answer_seconds_count"
        }

    before = counted()
    good(bridge.get("/v1/triggers/new_rma"))
    good(bridge.get("/v1/actions/list_rmas"))
    for _ in range(2):
        bridge.act("approve_rma", {"rma_id": "1"})
    bridge.get("/v1/nothing/triggers")
    after = counted()
    new = {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key)}
    assert new.pop(("other", "200")) == 1, "the scraping"
    assert new == {
        ("poll", "200"): 1,
        ("search", "200"): 1,
        ("action", "404"): 2,
        ("other", "404"): 1,
    }


@pytest.mark.parametrize("token", [None, TOKEN, "", SCRAPER[:-1], SCRAPER.upper()])
def test_another_token_sees_nothing(bridge: Bridge, token: str | None):
    problem(bridge.get("/metrics", token=token), 401)


def test_without_a_token_of_their_own_there_are_none(build: Build):
    bridge = build()
    for token in (None, TOKEN, ""):
        assert "METRICS_TOKEN" in problem(bridge.get("/metrics", token=token), 404)["detail"]


@pytest.fixture
def names(bridge: Bridge) -> set[str]:
    """What there is to ask for, where everything is in use."""
    bridge.subscribe("new_rma")
    Presence(bridge.rules.store, WORKER, bridge.clock).note()
    good(bridge.get("/v1/triggers/new_rma"))
    return {name for name, *_ in scraped(bridge)} | {"up"}


def asked_for(expressions: Iterable[str]) -> set[str]:
    return {name for each in expressions for name in re.findall(r"\b(?:returngo_\w+|up)\b", each)}


def test_each_alert_asks_for_what_there_is(names: set[str]):
    rules = [rule for group in ALERTS["groups"] for rule in group["rules"]]
    assert asked_for(rule["expr"] for rule in rules) <= names
    assert all({"summary", "description"} == set(rule["annotations"]) for rule in rules)


def test_each_panel_of_the_dashboard_asks_for_what_there_is(names: set[str]):
    panels = DASHBOARD["panels"]
    asked = asked_for(target["expr"] for panel in panels for target in panel["targets"])
    assert asked <= names
    left_out = names - asked - {"up"}
    assert {name.removesuffix("_created").removesuffix("_sum") for name in left_out} <= {
        "returngo_answer_seconds"
    }
    places = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len({*places}), "no panel lies on another"
    assert len({panel["id"] for panel in panels}) == len(panels)
