import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog
from structlog.contextvars import clear_contextvars, merge_contextvars
from structlog.processors import add_log_level
from structlog.testing import LogCapture

from connector.budget import Budget
from connector.connections import Connection
from connector.returngo import Transport, Upstream
from connector.sandbox.app import SandboxApp, create_app
from connector.store import Store, Vault, migrate
from tests import compiled, populated
from tests.cluster import can_run, running_cluster
from tests.databases import DATABASES, SERVERS_URL, Migrated, hurry, sqlite_url
from tests.forked import end_all
from tests.processes import SHOPS
from tests.stand_ins import HandClock, WsgiAdapter

Control = Callable[..., Any]
SECRETS = ["a secret only for tests"]
# What starts processes takes long, and keeps the others waiting: it runs beside what does not.
STARTS_PROCESSES = ("assistants", "end_to_end", "export")


compiled.share()
populated.share()
# How long an example takes is a matter of what else the machine does.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Give a run in several processes a PostgreSQL server that does not wait for the disk.

    No power is cut within a test, and to make a database takes a seventh of the time.
    """
    is_first = not hasattr(config, "workerinput") and bool(config.getoption("numprocesses", None))
    if is_first and SERVERS_URL not in os.environ and can_run():
        until_the_end = ExitStack()
        server = until_the_end.enter_context(running_cluster("fsync=off", "full_page_writes=off"))
        config.add_cleanup(until_the_end.close)
        os.environ[SERVERS_URL] = server.url()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take turns: a file that starts processes, then one that does not, as long as there are both.

    The tests of a file stay together, in their order.
    """
    rooms = Path(__file__).parent
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    heavy = [path for path in files if path.relative_to(rooms).parts[0] in STARTS_PROCESSES]
    light = [path for path in files if path not in heavy]
    turns = (path for pair in zip_longest(heavy, light) for path in pair if path is not None)
    items[:] = [item for path in turns for item in files[path]]


def pytest_sessionfinish() -> None:
    """Leave nothing running."""
    end_all()


@pytest.fixture
def clock() -> HandClock:
    """A clock that the bridge and the sandbox share, at noon until moved."""
    return HandClock()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrated]:
    """What databases of tests are copied from."""
    migrated = Migrated(tmp_path_factory.mktemp("migrated"))
    yield migrated
    migrated.close()


@pytest.fixture
def database_url(tmp_path: Path, migrated: Migrated) -> Iterator[str]:
    """A migrated SQLite database."""
    with sqlite_url(tmp_path, migrated) as url:
        yield url


@pytest.fixture(params=DATABASES)
def each_database_url(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Migrated
) -> Iterator[str]:
    """A migrated database of every sort, one after the other."""
    with request.param(tmp_path, migrated) as url:
        yield url


@pytest.fixture(params=DATABASES)
def each_new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of every sort, one after the other, that holds nothing yet."""
    with request.param(tmp_path) as url:
        yield url


def opened(url: str) -> Iterator[Store]:
    """Open a migrated database, and close it in the end."""
    store = hurry(Store(url))
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """SQLite."""
    yield from opened(database_url)


@pytest.fixture
def each_store(each_database_url: str) -> Iterator[Store]:
    """SQLite, then PostgreSQL."""
    yield from opened(each_database_url)


@pytest.fixture
def vault() -> Vault:
    return Vault(SECRETS)


@pytest.fixture
def connection(request: pytest.FixtureRequest) -> Connection:
    """The demo owner, for the first shop, or for both where a test says `two_shops`."""
    return demo_owner(SHOPS if request.node.get_closest_marker("two_shops") else SHOPS[:1])


def demo_owner(shops: tuple[str, ...] = SHOPS[:1]) -> Connection:
    """Speak for shops of the demo owner."""
    return Connection(id="operator", shops=shops, api_key="demo-key", label="demo")


@pytest.fixture
def sandbox(clock: HandClock) -> SandboxApp:
    """A simulated ReturnGO in this process, without any return, on the shared clock."""
    return empty_sandbox(clock)


def empty_sandbox(clock: HandClock) -> SandboxApp:
    """Simulate ReturnGO without any return."""
    return create_app(
        now=clock.now, pause=clock.sleep, empty=True, daily_limit=100_000, second_limit=100_000
    )


@pytest.fixture
def control(sandbox: SandboxApp) -> Control:
    """Make something happen at ReturnGO."""
    return control_of(sandbox)


def control_of(sandbox: SandboxApp) -> Control:
    """Return what makes something happen at a simulated ReturnGO."""

    def call(path: str, **options: Any) -> Any:
        answer = sandbox.test_client().post(f"/_sandbox/{path}", json=options)
        assert answer.status_code == 200, answer.text
        return answer.json

    return call


@pytest.fixture
def budget(store: Store, clock: HandClock) -> Budget:
    return Budget(store, daily=100_000, second=100_000, clock=clock)


@pytest.fixture
def transport(sandbox: SandboxApp, clock: HandClock) -> Iterator[Transport]:
    transport = Transport("http://sandbox.example.com", clock=clock, adapter=WsgiAdapter(sandbox))
    yield transport
    transport.close()


@pytest.fixture
def upstream(transport: Transport, budget: Budget, clock: HandClock) -> Upstream:
    """ReturnGO, as the bridge calls it, played by the sandbox."""
    return Upstream(transport, budget, clock)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the bridge logs, however this process has set its logs up before."""
    clear_contextvars()
    capture = LogCapture()
    for name, module in list(sys.modules.items()):
        if name.startswith("connector.") and hasattr(getattr(module, "log", None), "bind"):
            logger = structlog.wrap_logger(
                None,
                processors=[merge_contextvars, add_log_level, capture],
                wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            )
            monkeypatch.setattr(module, "log", logger)
    return capture.entries
