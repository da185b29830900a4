from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.databases import sqlite_url
from tests.processes import Bridge, Sandbox, running_bridge, running_sandbox


@dataclass
class Live:
    """A bridge and a simulated ReturnGO, each a process of its own."""

    bridge: Bridge
    sandbox: Sandbox


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Run both for the tests of one module."""
    folder = tmp_path_factory.mktemp("live")
    with (
        sqlite_url(folder) as database_url,
        running_sandbox() as sandbox,
        running_bridge(sandbox.url, database_url) as bridge,
    ):
        yield Live(bridge, sandbox)
