from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

import app
from tests.databases import Migrated, sqlite_url
from tests.end_to_end.hook_receiver import Receiver, receiving
from tests.end_to_end.standing import leave_standing
from tests.end_to_end.waiting import eventually
from tests.processes import Bridge, Sandbox, Server, running_bridge, running_sandbox, running_worker

# A bridge in this process, whose time a test decides.
from tests.web.conftest import apps, build, sender  # noqa: F401

# Callers may bring a key, and hooks may go to a test.
# A reading every other second: more would be most of what the machine does.
OPEN = {"ALLOW_RETURNGO_KEYS": "true", "ALLOW_LOCAL_TARGETS": "true", "FEED_FRESHNESS": "2"}


@dataclass
class Live:
    """A bridge and a simulated ReturnGO, each a process of its own."""

    bridge: Bridge
    sandbox: Sandbox
    database_url: str

    def meet(self) -> None:
        """Wait until the bridge has been in touch with its shops: what was there is no news."""
        for key in app.CATALOGUE.triggers:
            eventually(partial(self._is_met, key))

    def _is_met(self, key: str) -> bool:
        return self.bridge.call("GET", f"/v1/triggers/{key}").ok


@contextmanager
def living(folder: Path, migrated: Migrated) -> Iterator[Live]:
    """Run both until the end of the block."""
    with (
        sqlite_url(folder, migrated) as database_url,
        running_sandbox(SANDBOX_DAILY_LIMIT="100000") as sandbox,
    ):
        leave_standing(sandbox)
        with running_bridge(sandbox.url, database_url, **OPEN) as bridge:
            yield Live(bridge, sandbox, database_url)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, migrated: Migrated) -> Iterator[Live]:
    """Run both for the tests of one module."""
    with living(tmp_path_factory.mktemp("live"), migrated) as live:
        yield live


@pytest.fixture
def fresh(tmp_path: Path, migrated: Migrated) -> Iterator[Live]:
    """Run both for one test, which no other test has told anything."""
    with living(tmp_path, migrated) as live:
        yield live


@pytest.fixture(scope="module")
def worker(live: Live) -> Iterator[Server]:
    """Run what sends to hooks, for the tests of one module."""
    with running_worker(live.sandbox.url, live.database_url, **OPEN) as worker:
        yield worker


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """What a platform listens with, at an address for each of its workflows."""
    with receiving() as receiver:
        yield receiver
