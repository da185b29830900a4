import pytest

from connector.store import Store, StoreUnavailable
from tests.web.answers import good, problem
from tests.web.conftest import Bridge


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_token(bridge: Bridge, path: str) -> None:
    assert good(bridge.get(path, token=None)) == {"status": "ok"}
    assert bridge.calls() == []


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
