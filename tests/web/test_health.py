from datetime import timedelta

import pytest

from connector.store import Store, StoreUnavailable
from tests.processes import SHOPS
from tests.web.answers import good, problem
from tests.web.conftest import Bridge, Build

SCRAPER = "a token of Prometheus only for tests"


def test_health_needs_no_token(bridge: Bridge) -> None:
    assert good(bridge.get("/healthz", token=None)) == {"status": "ok"}
    assert good(bridge.get("/readyz", token=None)) == {"status": "ok", "needs_attention": []}
    assert bridge.calls() == []


def test_what_needs_attention_is_told_of_the_bridge_and_with_a_token_of_connections(build: Build):
    bridge = build(metrics_token=SCRAPER)
    bridge.subscribe("new_rma")
    bridge.control("faults", status=401, body={"message": "Unauthorized"}, share=1)
    bridge.later()
    bridge.get("/v1/triggers/new_rma")
    told = good(bridge.get("/readyz", token=None))
    assert [each["name"] for each in told["needs_attention"]] == ["worker"]
    assert "connector worker" in told["needs_attention"][0]["mend"]
    assert SHOPS[0] not in str(told)
    assert good(bridge.get("/readyz")) == told, "another token tells no more"
    (connection,) = good(bridge.get("/readyz", token=SCRAPER))["connections"]
    assert SHOPS[0] in str(connection["needs_attention"])


def test_it_looks_at_most_once_in_ten_seconds(bridge: Bridge):
    good(bridge.get("/readyz"))
    bridge.subscribe("new_rma")
    for seconds, names in ((9, []), (1, ["worker"])):
        bridge.clock.advance(timedelta(seconds=seconds))
        told = good(bridge.get("/readyz"))
        assert [each["name"] for each in told["needs_attention"]] == names


@pytest.mark.parametrize("part", ["ping", "try_writing"])
def test_a_bridge_whose_database_takes_nothing_in_is_not_ready(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fail(_: Store) -> None:
        raise StoreUnavailable("disk I/O error")

    monkeypatch.setattr(Store, part, fail)
    for seconds in (0, 9):  # remembered as well: a database that hangs is not asked by each
        bridge.clock.advance(timedelta(seconds=seconds))
        problem(bridge.get("/readyz", token=None), 503)
    monkeypatch.undo()
    bridge.clock.advance(timedelta(seconds=1))
    good(bridge.get("/readyz", token=None))


def test_a_bridge_without_its_database_is_alive_but_not_ready(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Store) -> None:
        raise StoreUnavailable("disk I/O error")

    monkeypatch.setattr(Store, "ping", fail)
    good(bridge.get("/healthz", token=None))
    answer = bridge.get("/readyz", token=None)
    problem(answer, 503)
    assert "disk" not in answer.text
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_bridge_whose_secret_does_not_open_what_is_stored_is_not_ready_and_says_so(
    build: Build,
):
    build().rules.connections.ownership.claim()
    wrong = build(secret_key=("another secret for the tests",))
    for seconds in (0, 9):  # remembered as well
        wrong.clock.advance(timedelta(seconds=seconds))
        told = problem(wrong.get("/readyz", token=None), 503)
        assert "put its SECRET_KEY right" in told["detail"]
        assert "DATABASE_URL" not in str(told), "it says no more to anyone"
    good(build().get("/readyz", token=None))
