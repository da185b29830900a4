"""Databases for tests: a SQLite file, or a PostgreSQL database of its own."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from connector.store import Store, migrate
from tests.tools import missing

SERVERS_URL = "TEST_POSTGRES_URL"
SERVER = os.environ.get(SERVERS_URL, "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


class Migrated:
    """Databases that have their tables, to copy: to migrate one takes longer than most tests.

    `fill` does that, at a URL, unless something else is given that fills them: new databases, or
    copies of `others`.
    """

    def __init__(
        self,
        folder: Path,
        fill: Callable[[str], None] | None = None,
        others: "Migrated | None" = None,
    ) -> None:
        self._folder = folder
        self._fill = fill or _fill
        self._others = others
        self._open = ExitStack()

    @cached_property
    def sqlite(self) -> Path:
        """A file."""
        url = self._open.enter_context(sqlite_url(self._folder, self._others))
        self._fill(url)
        return Path(str(make_url(url).database))

    @cached_property
    def postgresql(self) -> str:
        """The name of a database, to which nobody is connected. Skips where no server answers."""
        url = self._open.enter_context(postgres_url(self._folder, self._others))
        self._fill(url)
        return str(make_url(url).database)

    def close(self) -> None:
        """Drop them."""
        self._open.close()


def hurry(store: Store) -> Store:
    """Let a SQLite file be written without waiting for the disk: no power is cut within a test."""
    if store.engine.dialect.name == "sqlite":
        event.listen(store.engine, "connect", _do_not_wait)
    return store


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _fill(url: str) -> None:
    store = Store(url)
    migrate(store)
    store.close()


@contextmanager
def sqlite_url(folder: Path, migrated: Migrated | None = None) -> Iterator[str]:
    """Return a file that is not there yet, or copy the `migrated` one."""
    path = folder / f"{uuid.uuid4().hex}.sqlite3"
    if migrated is not None:
        copy(migrated.sqlite, path)
    yield f"sqlite:///{path}"


@contextmanager
def postgres_url(_folder: Path, migrated: Migrated | None = None) -> Iterator[str]:
    """Create a database, empty or as the `migrated` one, and drop it in the end.

    Skips where no server answers.
    """
    name = f"returngo_connector_{uuid.uuid4().hex}"
    likeness = "template1" if migrated is None else migrated.postgresql
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{likeness}"'))
            # as a SQLite file: no power is cut within a test
            connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    except OperationalError:
        missing("a PostgreSQL server at TEST_POSTGRES_URL")
    try:
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        server.dispose()


POSTGRESQL = [pytest.param(postgres_url, id="postgresql")]
DATABASES = [pytest.param(sqlite_url, id="sqlite"), *POSTGRESQL]
