import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
import structlog
from sqlalchemy.engine import make_url
from structlog.processors import add_log_level
from structlog.testing import LogCapture

from connector.budget import Budget
from connector.connections import Connection
from connector.returngo import Transport, Upstream
from connector.sandbox.app import SandboxApp, create_app
from connector.store import Store, Vault, migrate
from tests.databases import DATABASES, sqlite_url
from tests.processes import SHOPS
from tests.stand_ins import HandClock, WsgiAdapter

Control = Callable[..., Any]


@pytest.fixture
def clock() -> HandClock:
    """A clock that the bridge and the sandbox share, at noon until moved."""
    return HandClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, to copy: migrating one for each test takes longer than most of them."""
    path = tmp_path_factory.mktemp("empty") / "bridge.sqlite3"
    store = Store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    return path


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with sqlite_url(tmp_path) as url:
        yield url


def open_migrated(url: str, empty: Path) -> Store:
    """Open a database that has its tables; a file gets them from the `empty` one."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite":
        copy(empty, str(place.database))
    store = Store(url)
    migrate(store)
    return store


@pytest.fixture
def store(database_url: str, empty_database: Path) -> Iterator[Store]:
    """A migrated SQLite database."""
    store = open_migrated(database_url, empty_database)
    yield store
    store.close()


@pytest.fixture(params=DATABASES)
def each_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Every sort of database, one after the other."""
    with request.param(tmp_path) as url:
        yield url


@pytest.fixture
def each_store(each_database_url: str, empty_database: Path) -> Iterator[Store]:
    """A migrated database of every sort, one after the other."""
    store = open_migrated(each_database_url, empty_database)
    yield store
    store.close()


@pytest.fixture
def vault() -> Vault:
    return Vault(["a secret only for tests"])


@pytest.fixture
def connection() -> Connection:
    """The demo owner, for both shops."""
    return Connection(id="operator", shops=SHOPS, api_key="demo-key", label="demo")


@pytest.fixture
def sandbox(clock: HandClock) -> SandboxApp:
    """A simulated ReturnGO in this process, without any return, on the shared clock."""
    return create_app(
        now=clock.now, pause=clock.sleep, empty=True, daily_limit=100_000, second_limit=100_000
    )


@pytest.fixture
def control(sandbox: SandboxApp) -> Control:
    """Make something happen at ReturnGO."""

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
    capture = LogCapture()
    for name, module in list(sys.modules.items()):
        if name.startswith("connector.") and hasattr(getattr(module, "log", None), "bind"):
            logger = structlog.wrap_logger(
                None,
                processors=[add_log_level, capture],
                wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            )
            monkeypatch.setattr(module, "log", logger)
    return capture.entries
