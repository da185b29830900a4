"""The database behind the bridge: transactions, and what becomes of its errors."""

import threading
from collections.abc import Hashable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from connector.store.engine import errors_of, keeps_sessions, open_engine
from connector.store.patience import left
from connector.store.stamps import Stamps
from connector.store.turns import TurnMissed, Turns
from connector.store.waiting import ASIDE, CONNECTION_WAIT, CONNECTIONS, LOCK_WAIT

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code


class StoreUnavailable(Exception):
    """The database cannot be used: away, locked, full, broken, or of another release.

    `retry_after` is in seconds.
    """

    retry_after = 5


class StoreBusy(StoreUnavailable):
    """Others hold the database, or what is wanted of it, for longer than was waited."""


class Store:
    """The bridge's memory. One object a process, made after the fork; safe among threads.

    `schema` is the revision that the database must be of, once `migrate` has said so: who meets
    another, because a release to come has migrated meanwhile, touches nothing.
    """

    def __init__(self, url: str, *, connections: int = CONNECTIONS) -> None:
        """Open the database at `url` (`sqlite:///…` or `postgresql+psycopg://…`).

        To a server this process opens so many connections at most; who finds none waits in turn.
        """
        self.engine = open_engine(url, connections)
        is_server = self.engine.dialect.name != "sqlite"
        self._turns = Turns(connections - ASIDE) if is_server else None
        self.schema: str | None = None
        self._glance = threading.local()
        self._stamps = Stamps(self.engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only looks, or join this thread's glance.

        Raises StoreUnavailable.
        """
        shared: Connection | None = getattr(self._glance, "connection", None)
        if shared is not None:
            yield shared
            return
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def glance(self) -> Iterator[None]:
        """Let all that this thread reads in the block share one transaction.

        For many small looks, which cost more to begin than to take. On SQLite nothing is seen
        within that is written meanwhile, even by whoever wrote it. Raises StoreUnavailable.
        """
        before: Connection | None = getattr(self._glance, "connection", None)
        with self.read() as connection:
            self._glance.connection = connection
            try:
                yield
            finally:
                self._glance.connection = before

    @contextmanager
    def write(self, *, wait: float | None = None) -> Iterator[Connection]:
        """Open a transaction that writes: whole at the end of the block, or not at all.

        It waits for others for `wait` seconds at most, by itself LOCK_WAIT. Never call ReturnGO
        inside one. Raises StoreUnavailable.
        """
        with self._transaction(writes=True, wait=wait) as connection:
            yield connection

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """Return an INSERT that knows ON CONFLICT, in this database's dialect."""
        if self.engine.dialect.name == "sqlite":
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - takes a while

        return postgresql.insert(table)

    def next_id(self, connection: Connection, table: Table) -> int:
        """Draw the id of a row to come, for what has to be known before it is there.

        Within the transaction that inserts the row.
        """
        if self.engine.dialect.name == "sqlite":
            # as SQLite counts itself; nobody else writes meanwhile
            drawn = select(func.coalesce(func.max(table.c.id), 0) + 1)
        else:
            drawn = select(func.nextval(func.pg_get_serial_sequence(table.name, "id")))
        return int(connection.execute(drawn).scalar_one())

    def announce(self, connection: Connection) -> None:
        """Have workers look at once for what this transaction leaves to them; see `Watch`."""
        if self.engine.dialect.name != "sqlite":
            from connector.store import postgresql  # noqa: PLC0415 - loads the driver

            postgresql.announce(connection)

    def stamp(self) -> Hashable | None:
        """Stamp what the database holds now: as long as the stamp is the same, so is all of it.

        It costs next to nothing, and opens no transaction. None where the database does not say.
        """
        return self._stamps.now()

    def ping(self) -> None:
        """Ask the database for a sign of life. Raises StoreUnavailable."""
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def check_sessions(self) -> None:
        """See that what is set for a connection stays set. Raises StoreUnavailable."""
        try:
            keeps = keeps_sessions(self.engine)
        except errors_of(self.engine) as error:
            raise StoreUnavailable(reason_of(error)) from error
        if not keeps:
            raise StoreUnavailable(
                "it gives each transaction another session, as PgBouncer does in transaction mode;"
                " let it keep sessions (pool_mode=session), or name the server itself"
            )

    def try_writing(self) -> None:
        """See that the database takes something in. Raises StoreUnavailable."""
        with self.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    def give_back(self, pages: int) -> bool:
        """Give up to so many pages that are empty back to the disk; return whether any was.

        A file keeps some for what is written next; PostgreSQL keeps house by itself. Raises
        StoreUnavailable.
        """
        if self.engine.dialect.name != "sqlite":
            return False
        from connector.store.sqlite import spare_pages, vacuum  # noqa: PLC0415 - as in `engine`

        with self.read() as connection:
            spare = spare_pages(connection)
        if spare:
            with self.write() as connection:
                vacuum(connection, min(spare, pages))
        return spare > 0

    def close(self) -> None:
        """Close every connection."""
        self._stamps.close()
        self.engine.dispose()

    @contextmanager
    def _transaction(self, *, writes: bool, wait: float | None = None) -> Iterator[Connection]:
        options = {"writes": writes, "wait": left(LOCK_WAIT if wait is None else wait)}
        try:
            with (
                self._turn(),
                self.engine.connect().execution_options(**options) as connection,
                connection.begin(),
            ):
                self._check_schema(connection)
                yield connection
        except (OperationalError, InterfaceError, InternalError, PoolTimeoutError) as error:
            kind = StoreBusy if _is_lock(error) else StoreUnavailable
            raise kind(reason_of(error)) from error
        except DBAPIError as error:
            # SQLite says so, and no more, of a file that is broken or none of its own.
            if error.connection_invalidated or type(error) is DatabaseError:
                raise StoreUnavailable(reason_of(error)) from error
            raise

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for a connection to be free, where there are only so many. Raises StoreBusy."""
        if self._turns is None:
            yield
            return
        with ExitStack() as stack:
            try:
                stack.enter_context(self._turns.take(left(CONNECTION_WAIT)))
            except TurnMissed as error:
                raise StoreBusy(
                    "all connections to it are in use (DATABASE_CONNECTIONS)"
                ) from error
            yield

    def _check_schema(self, connection: Connection) -> None:
        if self.schema is None:
            return
        # On PostgreSQL this look is a lock, too: a migration waits until the transaction ends.
        # Like BEGIN it comes with each transaction: straight to the driver, it costs half.
        try:
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        except ProgrammingError as error:
            raise StoreUnavailable("it has lost its tables") from error
        if found != self.schema:
            raise StoreUnavailable(
                f"its schema is {found}, of another release of the bridge; this one needs"
                f" {self.schema}"
            )


def _is_lock(error: Exception) -> bool:
    """Whether it is a lock that was waited for in vain."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    is_busy_file = str(getattr(cause, "sqlite_errorname", "")).startswith("SQLITE_BUSY")
    return is_busy_file or getattr(cause, "sqlstate", None) == LOCK_NOT_AVAILABLE


def reason_of(error: Exception) -> str:
    """Say what the database said, without the statement and its values."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return next(iter(str(cause).splitlines()), type(cause).__name__)
