from collections.abc import Callable

import pytest

from connector.connections import Connection
from connector.returngo import ReturnGO, Upstream
from connector.sandbox.app import SandboxApp
from tests.conftest import Control
from tests.processes import SHOPS


@pytest.fixture
def returngo(upstream: Upstream, connection: Connection) -> ReturnGO:
    """The demo shop, as an action is handed it."""
    return upstream.open(connection, SHOPS[0])


@pytest.fixture
def made_writes(sandbox: SandboxApp) -> Callable[[], list[str]]:
    """Tell which writes have changed something at ReturnGO."""

    def look() -> list[str]:
        return [f"{call.method} {call.path}" for call in sandbox.simulation.calls if call.applied]

    return look


@pytest.fixture
def made_calls(sandbox: SandboxApp) -> Callable[[], list[str]]:
    """Tell which calls ReturnGO has got."""

    def look() -> list[str]:
        return [f"{call.method} {call.path}" for call in sandbox.simulation.calls]

    return look


@pytest.fixture
def new_rma(control: Control) -> Callable[..., str]:
    """Make an RMA at ReturnGO and name it."""
    return lambda **options: str(control("rmas", **options)["rmaSummary"]["rmaId"])
