from collections.abc import Callable
from typing import Any

import pytest

from connector.connections import Connection
from connector.returngo import ReturnGO, Upstream
from connector.sandbox.app import SandboxApp
from tests.processes import SHOPS

Control = Callable[..., Any]


@pytest.fixture
def returngo(upstream: Upstream, connection: Connection) -> ReturnGO:
    """The demo shop, as an action is handed it."""
    return upstream.open(connection, SHOPS[0])


@pytest.fixture
def control(sandbox: SandboxApp) -> Control:
    """Make something happen at ReturnGO."""

    def call(path: str, **options: Any) -> Any:
        answer = sandbox.test_client().post(f"/_sandbox/{path}", json=options)
        assert answer.status_code == 200, answer.text
        return answer.json

    return call


@pytest.fixture
def made_writes(sandbox: SandboxApp) -> Callable[[], list[str]]:
    """Tell which writes have changed something at ReturnGO."""

    def look() -> list[str]:
        return [f"{call.method} {call.path}" for call in sandbox.simulation.calls if call.applied]

    return look
