"""Databases for tests: a SQLite file, or a PostgreSQL database of its own."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests.tools import missing

SERVER = os.environ.get(
    "TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)


@contextmanager
def sqlite_url(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / f'{uuid.uuid4().hex}.sqlite3'}"


@contextmanager
def postgres_url(_folder: Path) -> Iterator[str]:
    """Create a database, and drop it in the end. Skips where no server answers."""
    name = f"returngo_connector_{uuid.uuid4().hex}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
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
