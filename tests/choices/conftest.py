from collections.abc import Callable
from typing import Any

import pytest

import app
from connector.blocks import read_input
from connector.connections import Connection
from connector.returngo import ReturnGO, Upstream
from connector.sandbox.app import SandboxApp
from tests.processes import SHOPS

Options = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def returngo(upstream: Upstream, connection: Connection) -> ReturnGO:
    return upstream.open(connection, SHOPS[0])


@pytest.fixture
def options(returngo: ReturnGO) -> Options:
    """Ask for the options of a drop-down as the web does: what was typed is read first."""

    def ask(key: str, **typed: Any) -> list[dict[str, Any]]:
        block = app.CATALOGUE.choices[key]
        return block.options(returngo, read_input(block.input_schema, typed))

    return ask


@pytest.fixture
def made_calls(sandbox: SandboxApp) -> Callable[[], list[str]]:
    """Tell which calls ReturnGO has got."""
    return lambda: [f"{call.method} {call.path}" for call in sandbox.simulation.calls]
