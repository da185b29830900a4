"""The database behind the bridge: connections, transactions, and what differs by dialect."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from tenacity import Retrying, retry_if_exception_message, stop_after_delay, wait_random

LOCK_WAIT = 10  # seconds a writer waits for its turn
POOL: dict[str, Any] = {
    "pool_size": 20,
    "pool_timeout": 10,  # seconds a caller waits for a connection
    "hide_parameters": True,  # an error's text goes to the log; what it was about does not
}


class StoreUnavailable(Exception):
    """The database cannot be reached, is locked or is full. `retry_after` is in seconds."""

    retry_after = 5


class Store:
    """The bridge's memory. One object a process, made after the fork; safe among threads."""

    def __init__(self, url: str) -> None:
        """Open the database at `url` (`sqlite:///…` or `postgresql+psycopg://…`)."""
        self.engine = _engine(url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only looks. Raises StoreUnavailable."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that writes: whole at the end of the block, or not at all.

        Never call ReturnGO inside one. Raises StoreUnavailable.
        """
        with self._transaction(writes=True) as connection:
            yield connection

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Answer an INSERT that knows ON CONFLICT, in this database's dialect."""
        if self.engine.dialect.name == "sqlite":
            return sqlite.insert(table)
        return postgresql.insert(table)

    def ping(self) -> None:
        """Ask the database for a sign of life. Raises StoreUnavailable."""
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        try:
            with (
                self.engine.connect().execution_options(writes=writes) as connection,
                connection.begin(),
            ):
                yield connection
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise StoreUnavailable(_reason(error)) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise StoreUnavailable(_reason(error)) from error
            raise


def _reason(error: Exception) -> str:
    """Say what the database said, without the statement and its values."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return next(iter(str(cause).splitlines()), type(cause).__name__)


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, **POOL, pool_pre_ping=True)
    engine = create_engine(url, **POOL, connect_args={"timeout": LOCK_WAIT})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions of its own: a writer says BEGIN IMMEDIATE, so that it
    # waits for its turn at the start instead of failing in the middle.
    connection.isolation_level = None
    # SQLite does not wait by itself for the turn to switch a new file to WAL.
    switching = Retrying(
        stop=stop_after_delay(LOCK_WAIT),
        wait=wait_random(max=0.1),
        retry=retry_if_exception_message(match=".*locked"),
        reraise=True,
    )
    switching(connection.execute, "PRAGMA journal_mode=WAL")
    # FULL: a claim or a spent call that a power cut takes back would be done or spent twice.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.execute(text("BEGIN IMMEDIATE" if writes else "BEGIN"))
