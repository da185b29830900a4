from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from connector.store import Store
from connector.store.tables import budget, idempotency
from tests.databases import DATABASES, Migrated


@pytest.fixture(scope="module", params=DATABASES)
def shared_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated: Migrated
) -> Iterator[str]:
    """A migrated database of every sort; to make one for each test would take most of the time."""
    with request.param(tmp_path_factory.mktemp("database"), migrated) as url:
        yield url


@pytest.fixture
def each_database_url(shared_database_url: str) -> str:
    return shared_database_url


@pytest.fixture
def each_store(each_database_url: str) -> Iterator[Store]:
    """The shared database, empty."""
    store = Store(each_database_url)
    with store.write() as connection:
        connection.execute(delete(idempotency))
        connection.execute(delete(budget))
    yield store
    store.close()
